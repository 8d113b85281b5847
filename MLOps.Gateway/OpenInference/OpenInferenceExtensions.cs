using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Gateway.OpenInference.Rpc;

namespace MLOps.Gateway.OpenInference;

/// <summary>The Open Inference Protocol v2.</summary>
public static class OpenInferenceExtensions
{
    public static IHostApplicationBuilder AddOpenInference(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ModelRepository>();
        return builder.AddOpenInferenceRpc();
    }

    public static WebApplication MapOpenInference(this WebApplication app)
    {
        var v2 = app.MapGroup("/v2").WithTags("Open Inference").AddEndpointFilter(new OpenInferenceErrors(app.Services.GetRequiredService<ILogger<OpenInferenceErrors>>()));

        v2.MapGet("", ServerHandlers.Metadata).WithName("ServerMetadata").WithSummary("Name, version and extensions of the server");
        v2.MapGet("/health/live", ServerHandlers.Live).WithName("ServerLive");
        v2.MapGet("/health/ready", ServerHandlers.ReadyAsync).WithName("ServerReady");

        foreach (var model in (string[])["/models/{model}", "/models/{model}/versions/{version}"])
        {
            v2.MapGet(model, ModelHandlers.MetadataAsync).WithSummary("Inputs and outputs of a model");
            v2.MapGet($"{model}/ready", ModelHandlers.ReadyAsync).WithSummary("Whether a model can answer");
            v2.MapGet($"{model}/stats", StatisticsHandlers.OneAsync).WithSummary("Counts and times of a model");
            v2.MapPost($"{model}/infer", InferHandlers.InferAsync).WithSummary("Run a model");
        }

        v2.MapGet("/models/stats", StatisticsHandlers.AllAsync).WithSummary("Counts and times of every model");
        v2.MapPost("/repository/index", RepositoryHandlers.IndexAsync).WithSummary("The models and their state");
        v2.MapPost("/repository/models/{model}/load", RepositoryHandlers.LoadAsync).WithSummary("Resolve the model's versions and load them");
        v2.MapPost("/repository/models/{model}/unload", RepositoryHandlers.UnloadAsync).WithSummary("Take the model out of memory");

        v2.Map("/{**rest}", () => OpenInferenceErrors.Error(404, "No such route in the Open Inference Protocol v2.")).ExcludeFromDescription();
        app.MapOpenInferenceRpc();
        return app;
    }
}
