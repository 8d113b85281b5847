using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Gateway.Hosting;
using MLOps.Gateway.OpenInference.Rpc;

namespace MLOps.Gateway.OpenInference;

/// <summary>The Open Inference Protocol v2.</summary>
public static class OpenInferenceExtensions
{
    private const string Root = "/v2";

    public static IHostApplicationBuilder AddOpenInference(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ModelRepository>();
        return builder.AddOpenInferenceRpc();
    }

    public static WebApplication MapOpenInference(this WebApplication app)
    {
        var errors = ActivatorUtilities.CreateInstance<OpenInferenceErrors>(app.Services);
        var infer = ActivatorUtilities.CreateInstance<InferHandlers>(app.Services, errors);
        var v2 = app.MapGroup(Root).WithTags("Open Inference").AddEndpointFilter(errors);

        v2.MapGet("", ServerHandlers.Metadata).WithName("ServerMetadata").WithSummary("Name, version and extensions of the server");
        v2.MapGet("/health/live", ServerHandlers.Live).WithName("ServerLive");
        v2.MapGet("/health/ready", ServerHandlers.ReadyAsync).WithName("ServerReady");

        foreach (var model in (string[])["/models/{model}", "/models/{model}/versions/{version}"])
        {
            v2.MapGet(model, ModelHandlers.MetadataAsync).WithSummary("Inputs and outputs of a model");
            v2.MapGet($"{model}/ready", ModelHandlers.ReadyAsync).WithSummary("Whether a model can answer");
            v2.MapGet($"{model}/stats", StatisticsHandlers.OneAsync).WithSummary("Counts and times of a model");
            app.MapPost($"{Root}{model}/infer", infer.InvokeAsync).WithMetadata(InferHandlers.Described, new RequestGuard.KeepsHeaders()).WithTags("Open Inference").WithSummary("Run a model");
        }

        v2.MapGet("/models/stats", StatisticsHandlers.AllAsync).WithSummary("Counts and times of every model");
        v2.MapPost("/repository/index", RepositoryHandlers.IndexAsync).WithSummary("The models and their state");
        v2.MapPost("/repository/models/{model}/load", RepositoryHandlers.LoadAsync).WithSummary("Resolve the model's versions and load them");
        v2.MapPost("/repository/models/{model}/unload", RepositoryHandlers.UnloadAsync).WithSummary("Take the model out of memory");

        v2.Map("/{**rest}", NoRoute).ExcludeFromDescription();
        app.MapOpenInferenceRpc();
        return app;
    }

    /// <summary>What no other route took: a path that another method goes to, or none. Routing by itself would not tell them apart, as this route takes all methods.</summary>
    private static IResult NoRoute(HttpContext http, EndpointDataSource routes)
    {
        string[] allowed =
        [
            .. routes.Endpoints.OfType<RouteEndpoint>()
                .Where(route => route.RoutePattern.RawText is { } pattern && pattern.StartsWith(Root, StringComparison.Ordinal)
                    && new TemplateMatcher(TemplateParser.Parse(pattern), []).TryMatch(http.Request.Path, []))
                .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
                .Distinct()
                .Order(),
        ];
        if (allowed.Length == 0)
        {
            return OpenInferenceErrors.Error(StatusCodes.Status404NotFound, "No such route in the Open Inference Protocol v2.");
        }

        http.Response.Headers.Allow = string.Join(", ", allowed);
        return OpenInferenceErrors.Error(StatusCodes.Status405MethodNotAllowed, $"{http.Request.Path} does not take {http.Request.Method}: it takes {http.Response.Headers.Allow}.");
    }
}
