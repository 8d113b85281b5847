using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>What leaves the process by OTLP when an endpoint is configured.</summary>
public sealed class TelemetryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Otlp_WithAnEndpointSet_CarriesRequestsAndOrleansMetrics()
    {
        var received = new ConcurrentDictionary<string, ConcurrentQueue<string>>();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var receiver = builder.Build();
        receiver.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            received.GetOrAdd(signal, _ => new()).Enqueue(Encoding.UTF8.GetString(body.ToArray()));
        });
        await receiver.StartAsync(TestContext.Current.CancellationToken);

        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.StartAsync(
            folder.Path,
            TestContext.Current.CancellationToken,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Urls.First()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "1000"),
            ("OTEL_BSP_SCHEDULE_DELAY", "500"));
        using var client = new HttpClient { BaseAddress = new Uri(platform.Url) };
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/mlflow/status", TestContext.Current.CancellationToken)).StatusCode);

        await SeenAsync(received, "traces", "/api/v1/mlflow/status");
        await SeenAsync(received, "metrics", "http.server.request.duration");
        await SeenAsync(received, "metrics", "orleans-");
        await platform.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task SeenAsync(ConcurrentDictionary<string, ConcurrentQueue<string>> received, string signal, string name)
    {
        var deadline = TimeProvider.System.GetUtcNow() + Patience;
        while (!(received.TryGetValue(signal, out var bodies) && bodies.Any(body => body.Contains(name, StringComparison.Ordinal))))
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"No OTLP {signal} with '{name}' within {Patience.TotalSeconds} s; came: {string.Join(", ", received.Select(entry => $"{entry.Value.Count} {entry.Key}"))}.");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }
}
