using System.Diagnostics;
using System.Net.Http.Json;

namespace MLOps.Cluster.Tests;

/// <summary>What a collector gets from a cluster: one trace a request, through every process it touches.</summary>
[Collection("cluster")]
public sealed class TelemetryTests(ClusterFixture cluster)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>An endpoint's first prediction goes by a grain call, whose answer tells the gateway of the silo's link; later ones go over that.</summary>
    [Fact]
    public async Task Trace_OfAPrediction_GoesFromTheGatewayThroughGrainAndSiloToTheModel()
    {
        Assert.SkipWhen(ClusterFixture.Missing is not null, ClusterFixture.Missing ?? string.Empty);
        await PostAsync("/api/v1/mlflow/serving/deploy", new { endpoint = "traced", model_uri = "models:/sp500-garch/Production" });
        var called = await RunOfAPredictionAsync();
        await ChainAsync(called, "Microsoft.Orleans.Application", "MLOps.Silo");
        await ChainAsync(called, "Microsoft.Orleans.Application", "MLOps.Gateway");
        await ChainAsync(called, "Microsoft.AspNetCore", "MLOps.Gateway");

        // Until a span is here takes seconds: a link is open long before the last of these.
        for (var i = 0; i < 20; i++)
        {
            await PredictAsync();
            await Task.Delay(100, Cancelled);
        }

        var linked = await RunOfAPredictionAsync();
        await ChainAsync(linked, "Microsoft.AspNetCore", "MLOps.Gateway");
        Assert.Contains(Above(linked), above => above is { Service: "MLOps.Silo", Scope: "MLOps.Inference", Name: "inference request" });
        Assert.DoesNotContain(Above(linked), above => above.Scope == "Microsoft.Orleans.Application");

        Task<string> PredictAsync() => PostAsync("/v2/models/traced/infer", new
        {
            inputs = new object[] { new { name = "y", shape = new[] { 1, 1 }, datatype = "FP64", data = new[] { 0.5 } }, new { name = "h", shape = new[] { 1, 1 }, datatype = "FP64", data = new[] { 1.0 } } },
        });

        async Task<ReceivedSpan> RunOfAPredictionAsync()
        {
            var trace = await PredictAsync();
            return await SpanAsync(trace, span => span is { Service: "MLOps.Silo", Scope: "MLOps.Inference", Name: "inference run" }, "run of the model on a silo");
        }
    }

    [Fact]
    public async Task Trace_OfAMetric_GoesFromTheGatewayThroughGrainAndSiloToTheDatabase()
    {
        Assert.SkipWhen(ClusterFixture.Missing is not null, ClusterFixture.Missing ?? string.Empty);
        using var client = new HttpClient { BaseAddress = new Uri(cluster.Gateway.Url) };
        using var created = await client.PostAsJsonAsync("/api/2.0/mlflow/runs/create", new { experiment_id = "0" }, Cancelled);
        var run = (await created.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Cancelled)).GetProperty("run").GetProperty("info").GetProperty("run_id").GetString();

        var trace = await PostAsync("/api/2.0/mlflow/runs/log-metric", new { run_id = run, key = "loss", value = 0.25, timestamp = 1 });
        var write = await SpanAsync(trace, span => span is { Service: "MLOps.Silo", Scope: "MLOps.Tracking" }, "write to the store on a silo");
        await ChainAsync(write, "Microsoft.Orleans.Application", "MLOps.Silo");
        await ChainAsync(write, "Microsoft.AspNetCore", "MLOps.Gateway");

        // Reads go to the database on the request's own thread: its statement is in the trace.
        var read = await SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/api/2.0/mlflow/runs/get?run_id={run}"));
        var query = await SpanAsync(read, span => span.Scope == "Npgsql", "statement of the database");
        await ChainAsync(query, "Microsoft.AspNetCore", "MLOps.Gateway");
    }

    [Fact]
    public async Task Traces_BeginWithRequests()
    {
        Assert.SkipWhen(ClusterFixture.Missing is not null, ClusterFixture.Missing ?? string.Empty);

        // Membership, probes, the look for webhooks: there have been many of them by the time that a request's statement comes.
        var read = await SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/2.0/mlflow/experiments/get?experiment_id=0"));
        await SpanAsync(read, span => span.Scope == "Npgsql", "statement of the database");
        Assert.All(cluster.Telemetry.Spans.Where(span => span.Parent.Length == 0), span => Assert.StartsWith("Microsoft.AspNetCore", span.Scope, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Logs_OfAFailedRequest_CarryItsTrace()
    {
        Assert.SkipWhen(ClusterFixture.Missing is not null, ClusterFixture.Missing ?? string.Empty);
        var trace = await PostAsync("/api/2.0/mlflow/runs/log-metric", new { run_id = "0123456789abcdef0123456789abcdef", key = "loss", value = 0.25, timestamp = 1 });
        await SeenAsync(() => cluster.Telemetry.Spans.Any(span => span.Trace == trace), "a span of the request");
        var deployed = await PostAsync("/api/v1/mlflow/serving/deploy", new { endpoint = "logged", model_uri = "models:/sp500-garch/Production" });
        await SeenAsync(() => cluster.Telemetry.Logs.Contains(("MLOps.Silo", deployed)), $"a log line of a silo under trace {deployed}");
    }

    [Theory]
    [InlineData("MLOps.Gateway", "mlops.inference.duration")]
    [InlineData("MLOps.Gateway", "http.server.request.duration")]
    [InlineData("MLOps.Silo", "mlops.training.job.duration")]
    [InlineData("MLOps.Silo", "mlops.tracking.commit.duration")]
    [InlineData("MLOps.Silo", "orleans-catalog-activations")]
    [InlineData("MLOps.Dashboard", "http.server.request.duration")]
    public async Task Metrics_OfEachProgram_Arrive(string service, string metric)
    {
        Assert.SkipWhen(ClusterFixture.Missing is not null, ClusterFixture.Missing ?? string.Empty);
        using var client = new HttpClient();
        await client.GetAsync(new Uri(cluster.Dashboard.Url + "/"), Cancelled);
        await SeenAsync(() => cluster.Telemetry.Metrics.Contains((service, metric)), $"metric {metric} of {service}");
    }

    private Task<string> PostAsync(string path, object body) => SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) });

    /// <returns>The trace that the request was sent under.</returns>
    private async Task<string> SendAsync(HttpRequestMessage request)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        using var client = new HttpClient { BaseAddress = new Uri(cluster.Gateway.Url) };
        using var answer = await client.SendAsync(request, Cancelled);
        return trace;
    }

    private async Task<ReceivedSpan> SpanAsync(string trace, Func<ReceivedSpan, bool> wanted, string what)
    {
        ReceivedSpan? found = null;
        await SeenAsync(() => (found = cluster.Telemetry.Spans.FirstOrDefault(span => span.Trace == trace && wanted(span))) is not null, $"a {what} in trace {trace}", trace);
        return found!;
    }

    /// <summary>Waits until the spans above this one are there and one of them is of that program and source.</summary>
    private Task ChainAsync(ReceivedSpan span, string scope, string service) => SeenAsync(
        () => Above(span).Any(above => above.Scope == scope && above.Service == service),
        $"a span of {scope} by {service} above '{span.Name}'",
        span.Trace);

    private IEnumerable<ReceivedSpan> Above(ReceivedSpan span)
    {
        var byId = cluster.Telemetry.Spans.Where(other => other.Trace == span.Trace).ToLookup(other => other.Id);
        for (var above = byId[span.Parent].FirstOrDefault(); above is not null; above = byId[above.Parent].FirstOrDefault())
        {
            yield return above;
        }
    }

    private async Task SeenAsync(Func<bool> seen, string what, string? trace = null)
    {
        var deadline = TimeProvider.System.GetUtcNow() + Patience;
        while (!seen())
        {
            Assert.True(
                TimeProvider.System.GetUtcNow() < deadline,
                $"Waited {Patience} for {what}. Of the trace came: {string.Join("; ", cluster.Telemetry.Spans.Where(span => span.Trace == trace).Select(span => $"{span.Service} {span.Scope} '{span.Name}' {span.Id} under {span.Parent}"))}");
            await Task.Delay(100, Cancelled);
        }
    }
}
