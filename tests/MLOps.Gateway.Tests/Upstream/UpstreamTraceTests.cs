using System.Net;
using MLOps.Gateway.Tests.Mlflow;

namespace MLOps.Gateway.Tests.Upstream;

/// <summary>Traces with a server behind the platform: they are there, and only there.</summary>
public sealed class UpstreamTraceTests(UpstreamServer back) : IClassFixture<UpstreamServer>
{
    private const string Traces = "/api/3.0/mlflow/traces";

    [Fact]
    public async Task Spans_SentToTheFront_AreAtTheBackAndReadFromTheFront()
    {
        await using var front = await FrontPlatform.StartAsync(back.Emptied());
        var body = Otlp.Otlp.Body(Otlp.Otlp.Span(1, 1), Otlp.Otlp.Span(1, 2, 1));
        Assert.Equal((200, "application/x-protobuf", string.Empty), await Otlp.Otlp.SendAsync(front.Http, Otlp.Otlp.Gzip(body), encoding: "gzip"));
        var path = $"{Traces}/get?trace_id=tr-{1:x32}&allow_partial=true";
        var trace = await front.Http.GetJsonAsync(path);
        Assert.Equal(2, trace.GetProperty("trace").GetProperty("spans").GetArrayLength());
        Assert.Equal(trace.GetRawText(), (await back.Http.GetJsonAsync(path)).GetRawText());
        Assert.Equal(
            (422, "application/json", $$"""{"detail":"Failed to log OpenTelemetry spans: Trace tr-{{1:x32}}: No Experiment with id=987 exists"}"""),
            await Otlp.Otlp.SendAsync(front.Http, body, experiment: "987"));
        var refusal = await front.Http.GetJsonAsync($"{Traces}/tr-nope", HttpStatusCode.NotFound);
        Assert.Equal("RESOURCE_DOES_NOT_EXIST", refusal.GetProperty("error_code").GetString());
    }

    [Fact]
    public async Task Traces_OfAServerThatDoesNotAnswer_AreUnavailable()
    {
        await using var front = await FrontPlatform.StartAsync("http://127.0.0.1:9", ("MLOps:Upstream:BaseDelay", "00:00:00.001"), ("MLOps:Upstream:MaxRetries", "1"));
        var refusal = await front.Http.GetJsonAsync($"{Traces}/tr-1", HttpStatusCode.ServiceUnavailable);
        Assert.Equal("TEMPORARILY_UNAVAILABLE", refusal.GetProperty("error_code").GetString());
        Assert.Equal(503, (await Otlp.Otlp.SendAsync(front.Http, Otlp.Otlp.Body(Otlp.Otlp.Span(1, 1)))).Status);
    }
}
