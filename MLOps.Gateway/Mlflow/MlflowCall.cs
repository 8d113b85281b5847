using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Models;
using MLOps.Contracts.Runs;
using MLOps.Gateway.Hosting;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary>One call of the protocol: its parameters, the stores and grains behind it, and its answer.</summary>
internal sealed class MlflowCall(HttpContext http, MlflowRequest request)
{
    public HttpContext Http { get; } = http;

    public MlflowRequest Request { get; } = request;

    public ITrackingStore Tracking => Http.RequestServices.GetRequiredService<ITrackingStore>();

    public ILoggedModelStore LoggedModels => Http.RequestServices.GetRequiredService<ILoggedModelStore>();

    public IModelRegistryStore Registry => Http.RequestServices.GetRequiredService<IModelRegistryStore>();

    public IArtifactStore Artifacts => Http.RequestServices.GetRequiredService<IArtifactStore>();

    public CancellationToken Cancelled => Http.RequestAborted;

    /// <summary>Who asks, for the registry's history. The protocol has no comment.</summary>
    public ChangeNote Note => new(Caller.Of(Http, "mlflow-client"), null);

    public IRunGrain Run(string runId) => Http.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IRunGrain>(runId);

    public IRegisteredModelGrain Model(string name) => Http.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IRegisteredModelGrain>(name);

    /// <summary>Answers 200 with what the writer writes.</summary>
    public async Task AnswerAsync(Action<Utf8JsonWriter> write)
    {
        Http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(Http.Response.BodyWriter, MlflowJson.WriterOptions);
        write(json);
    }

    /// <summary>Answers 200 with one entity under a name.</summary>
    public Task AnswerAsync<T>(string name, T entity, Action<Utf8JsonWriter, T> write) => AnswerAsync(json =>
    {
        json.WriteStartObject();
        json.WritePropertyName(name);
        write(json, entity);
        json.WriteEndObject();
    });

    /// <summary>Answers 200 with <c>{}</c>, as mutators with nothing to say do.</summary>
    public Task AnswerEmptyAsync() => AnswerAsync(json =>
    {
        json.WriteStartObject();
        json.WriteEndObject();
    });
}
