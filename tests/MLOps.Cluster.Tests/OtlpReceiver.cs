using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MLOps.Cluster.Tests.Otlp;

namespace MLOps.Cluster.Tests;

/// <summary>A small collector: takes OTLP over HTTP and keeps what the tests ask for.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    private readonly ConcurrentDictionary<(string Service, string Metric), bool> _metrics = new();
    private readonly ConcurrentDictionary<(string Service, string Trace), bool> _logs = new();
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public IEnumerable<ReceivedSpan> Spans => _spans;

    /// <summary>Instruments that a program has reported.</summary>
    public IEnumerable<(string Service, string Metric)> Metrics => _metrics.Keys;

    /// <summary>Programs that have logged under a trace.</summary>
    public IEnumerable<(string Service, string Trace)> Logs => _logs.Keys;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/traces", http => ReadAsync(http, Traces.Parser, receiver.Take));
        app.MapPost("/v1/logs", http => ReadAsync(http, Otlp.Logs.Parser, receiver.Take));
        app.MapPost("/v1/metrics", http => ReadAsync(http, Otlp.Metrics.Parser, receiver.Take));
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task ReadAsync<T>(HttpContext http, MessageParser<T> parser, Action<T> take)
        where T : IMessage<T>
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        take(parser.ParseFrom(body.ToArray()));
    }

    private void Take(Traces traces)
    {
        foreach (var resource in traces.ResourceSpans)
        {
            foreach (var scope in resource.ScopeSpans)
            {
                foreach (var span in scope.Spans)
                {
                    _spans.Enqueue(new ReceivedSpan(Service(resource.Resource), scope.Scope.Name, span.Name, Hex(span.TraceId), Hex(span.SpanId), Hex(span.ParentSpanId)));
                }
            }
        }
    }

    private void Take(Otlp.Logs logs)
    {
        foreach (var resource in logs.ResourceLogs)
        {
            foreach (var record in resource.ScopeLogs.SelectMany(scope => scope.LogRecords).Where(record => record.TraceId.Length > 0))
            {
                _logs[(Service(resource.Resource), Hex(record.TraceId))] = true;
            }
        }
    }

    private void Take(Otlp.Metrics metrics)
    {
        foreach (var resource in metrics.ResourceMetrics)
        {
            foreach (var metric in resource.ScopeMetrics.SelectMany(scope => scope.Metrics))
            {
                _metrics[(Service(resource.Resource), metric.Name)] = true;
            }
        }
    }

    private static string Service(Resource resource) => resource.Attributes.First(attribute => attribute.Key == "service.name").Value.StringValue;

    private static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);
}
