using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;

namespace MLOps.Gateway.Problems;

/// <summary>Reads small JSON bodies of the platform's own routes.</summary>
internal static class JsonBody
{
    /// <summary>1 MiB.</summary>
    private const int Usual = 1 << 20;

    // A member that is misspelt would be one that is not given.
    private static readonly JsonSerializerOptions Options = new(ServingJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <param name="context">The request.</param>
    /// <param name="expected">The members of the body, for the message.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <param name="maximumBytes">Largest body.</param>
    /// <exception cref="MLOpsException">InvalidArgument: not JSON, of another shape, or with a member that is none. TooLarge: its length says so.</exception>
    /// <exception cref="BadHttpRequestException">413: more came than may, of a body without a length.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, string expected, CancellationToken cancellationToken, int maximumBytes = Usual)
        where T : class
    {
        if (context.Request.ContentLength > maximumBytes)
        {
            throw new MLOpsException(ProblemCode.TooLarge, $"The body has {context.Request.ContentLength} bytes: at most {maximumBytes} are read of {expected}.");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // The server counts what comes.
            limit.MaxRequestBodySize = maximumBytes;
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Options, cancellationToken)
                ?? throw new MLOpsException(ProblemCode.InvalidArgument, $"The body is null: expected {expected}.");
        }
        catch (JsonException e)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"The body is not the JSON that was expected, {expected}: {JsonFault.Of(e)}", e);
        }
    }
}
