using System.Buffers;
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
    private const int MaxKeptBuffer = 1 << 20;

    // Written and sent without an await in between, so that it is free again when the thread is.
    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? _answer;

    public HttpContext Http { get; } = http;

    public MlflowRequest Request { get; } = request;

    public ITrackingStore Tracking => Http.RequestServices.GetRequiredService<ITrackingStore>();

    public ILoggedModelStore LoggedModels => Http.RequestServices.GetRequiredService<ILoggedModelStore>();

    public IModelRegistryStore Registry => Http.RequestServices.GetRequiredService<IModelRegistryStore>();

    public IArtifactStore Artifacts => Http.RequestServices.GetRequiredService<IArtifactStore>();

    public CancellationToken Cancelled => Http.RequestAborted;

    /// <summary>Who asks, for the registry's history. The protocol has no comment.</summary>
    public ChangeNote Note => new(Caller.Of(Http, "mlflow-client"), null);

    public IRunGrain Run(string runId) => GrainReferences<IRunGrain>.Get(Http.RequestServices.GetRequiredService<IGrainFactory>(), runId);

    public IRegisteredModelGrain Model(string name) => GrainReferences<IRegisteredModelGrain>.Get(Http.RequestServices.GetRequiredService<IGrainFactory>(), name);

    /// <summary>Answers 200 with what the writer writes.</summary>
    public Task AnswerAsync(Action<Utf8JsonWriter> write)
    {
        var (buffer, json) = _answer ??= NewAnswer();
        buffer.ResetWrittenCount();
        json.Reset();
        write(json);
        json.Flush();
        var answer = SendAsync(buffer.WrittenSpan);
        if (buffer.Capacity > MaxKeptBuffer)
        {
            _answer = null;
        }

        return answer;
    }

    /// <summary>In one piece of known length: no chunks, one system call.</summary>
    private Task SendAsync(ReadOnlySpan<byte> body)
    {
        Http.Response.ContentType = "application/json";
        Http.Response.ContentLength = body.Length;
        Http.Response.BodyWriter.Write(body);
        return Task.CompletedTask; // Kestrel sends what is written when the handler returns.
    }

    private static (ArrayBufferWriter<byte>, Utf8JsonWriter) NewAnswer()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        return (buffer, new Utf8JsonWriter(buffer, MlflowJson.WriterOptions));
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
    public Task AnswerEmptyAsync() => SendAsync("{}"u8);
}
