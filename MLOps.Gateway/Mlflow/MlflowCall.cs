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
    // Written and sent without an await in between, so that it is free again when the thread is; taken from the thread by an answer that is sent piece by piece.
    [ThreadStatic]
    private static (AnswerBuffer Buffer, Utf8JsonWriter Json)? _answer;

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
        buffer.Clear();
        json.Reset();
        write(json);
        json.Flush();
        if (buffer.IsSmall)
        {
            return SendAsync(buffer.Last.Span);
        }

        _answer = null;
        return SendAsync(buffer);
    }

    /// <summary>In one piece of known length: no chunks, one system call.</summary>
    private Task SendAsync(ReadOnlySpan<byte> body)
    {
        Announce(body.Length);
        Http.Response.BodyWriter.Write(body);
        return Task.CompletedTask; // Kestrel sends what is written when the handler returns.
    }

    /// <summary>Piece by piece as the client takes it. A client that has gone ends it: the connection is closed then, short of the length that was announced.</summary>
    private async Task SendAsync(AnswerBuffer buffer)
    {
        Announce(buffer.Length);
        try
        {
            foreach (var piece in buffer.Full.Append(buffer.Last))
            {
                if ((await Http.Response.BodyWriter.WriteAsync(piece, Cancelled)).IsCompleted)
                {
                    return;
                }
            }
        }
        finally
        {
            buffer.Clear();
        }
    }

    private void Announce(long length)
    {
        Http.Response.ContentType = "application/json";
        Http.Response.ContentLength = length;
    }

    private static (AnswerBuffer, Utf8JsonWriter) NewAnswer()
    {
        var buffer = new AnswerBuffer();
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
