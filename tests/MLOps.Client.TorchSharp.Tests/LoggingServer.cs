using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MLOps.Client.Autologging.Tests;

/// <summary>An HTTP server that takes what a run logs and remembers it, in order.</summary>
internal sealed class LoggingServer : IAsyncDisposable
{
    private const string Run = """{"run":{"info":{"run_id":"r1","experiment_id":"7","status":"RUNNING","artifact_uri":"mlflow-artifacts:/7/r1/artifacts"}},"run_info":{"run_id":"r1","experiment_id":"7"},"experiment":{"experiment_id":"7","name":"e"}}""";
    private readonly WebApplication _app;
    private readonly Lock _lock = new();

    private LoggingServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Map("/{**path}", TakeAsync);
    }

    public static async Task<LoggingServer> StartAsync()
    {
        var server = new LoggingServer();
        await server._app.StartAsync();
        return server;
    }

    public Uri Address => new(_app.Urls.First());

    public List<(string Key, double Value, long Step)> Metrics { get; } = [];

    public Dictionary<string, string> Params { get; } = [];

    public Dictionary<string, string> Files { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        const string artifacts = "/api/2.0/mlflow-artifacts/artifacts/7/r1/artifacts/";
        var path = context.Request.Path.Value!;
        lock (_lock)
        {
            if (path.StartsWith(artifacts, StringComparison.Ordinal))
            {
                Files[path[artifacts.Length..]] = body;
            }
            else if (path.EndsWith("/log-batch", StringComparison.Ordinal))
            {
                var batch = JsonDocument.Parse(body).RootElement;
                Metrics.AddRange(Items(batch, "metrics").Select(metric => (metric.GetProperty("key").GetString()!, metric.GetProperty("value").GetDouble(), metric.GetProperty("step").GetInt64())));
                foreach (var parameter in Items(batch, "params"))
                {
                    Params.Add(parameter.GetProperty("key").GetString()!, parameter.GetProperty("value").GetString()!);
                }
            }
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Run, context.RequestAborted);
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement batch, string name) => batch.TryGetProperty(name, out var list) ? list.EnumerateArray() : default;
}
