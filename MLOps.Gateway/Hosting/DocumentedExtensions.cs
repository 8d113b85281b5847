using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace MLOps.Gateway.Hosting;

/// <summary>Says in a route's description which refusals it may answer.</summary>
internal static class DocumentedExtensions
{
    private static readonly int[] Common = [StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable];

    /// <summary>Describes the body of a route that reads it by itself. Unlike <c>Accepts</c> it refuses no content type: these routes take JSON however it is called.</summary>
    public static RouteHandlerBuilder WithBody<T>(this RouteHandlerBuilder route, string contentType = "application/json") => route.WithMetadata(new DocumentedBody(typeof(T), contentType));

    /// <param name="builder">A route or a group of routes.</param>
    /// <param name="statuses">None: what any route may answer (400, 404, 503).</param>
    public static TBuilder WithProblems<TBuilder>(this TBuilder builder, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        var metadata = (statuses.Length == 0 ? Common : statuses)
            .Select(status => new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), ["application/problem+json"]));
        return builder.WithMetadata([.. metadata]);
    }
}
