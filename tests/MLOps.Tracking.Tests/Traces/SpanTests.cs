using System.Text.Json;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Tests.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Tests.Traces;

public class SpanTests : StoreTests
{
    private const string Usage = """{"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}""";

    [Fact]
    public async Task Spans_OfAnUnknownTrace_MakeIt()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.LogSpansAsync(
            "0",
            "tr-1",
            [
                Make.Span(2, 1, 1500, 1800, "child"),
                Make.Span(1, null, 1000, 2000, "root", OtelStatus.Unset, ("mlflow.spanInputs", """{"messages": [{"role": "user", "content": "hello"}]}"""), ("mlflow.spanOutputs", "\"bye\""), ("session.id", "s-1"), ("user.id", "u-1")),
            ],
            Cancelled);
        var trace = Assert.Single(await store.Traces.GetTracesAsync(["tr-1"], Cancelled));
        Assert.Equal((1000L, 1000L, "OK", "hello", "\"bye\""), (trace.Info.RequestTime, trace.Info.ExecutionDuration ?? 0, trace.Info.State, trace.Info.RequestPreview, trace.Info.ResponsePreview));
        Assert.Equal(("root", "TRACKING_STORE", "mlflow-artifacts:/0/traces/tr-1/artifacts"), (trace.Info.Tags.Value("mlflow.traceName"), trace.Info.Tags.Value("mlflow.trace.spansLocation"), trace.Info.Tags.Value("mlflow.artifactLocation")));
        Assert.Equal(("s-1", "u-1"), (trace.Info.Metadata.Value("mlflow.trace.session"), trace.Info.Metadata.Value("mlflow.trace.user")));
        Assert.True(trace.HasSpansHere);
        Assert.Equal(["root", "child"], trace.Spans.Select(span => JsonDocument.Parse(span).RootElement.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Content_OfASpan_IsAsMlflowWritesIt()
    {
        await using var store = new OpenStore(DatabaseUri());
        var span = Make.Span(1, 2, 1, 2, "é", OtelStatus.Error, ("text", "plain"), ("json", """{"a": 1}"""), ("dumped", "\"LLM\""), ("number", 1.5), ("list", new List<object?> { 1L, true, null }), ("digits", "12"))
            with { StatusMessage = "bad", Events = [new OtelEvent("thrown", 7, [new("nan", double.NaN)])] };
        await store.Traces.LogSpansAsync("0", "tr-1", [span], Cancelled);
        Assert.Equal(
            """{"trace_id": "ASNFZ4mrze8BI0VniavN7w==", "span_id": "AAAAAAAAAAE=", "parent_span_id": "AAAAAAAAAAI=", "name": "\u00e9", "start_time_unix_nano": 1000000, "end_time_unix_nano": 2000000, "events": [{"name": "thrown", "time_unix_nano": 7, "attributes": {"nan": "NaN"}}], "status": {"code": "STATUS_CODE_ERROR", "message": "bad"}, "attributes": {"mlflow.traceRequestId": "\"tr-1\"", "text": "\"plain\"", "json": "{\"a\": 1}", "dumped": "\"LLM\"", "number": "1.5", "list": "[1, true, null]", "digits": "\"12\""}}""",
            Assert.Single(Assert.Single(await store.Traces.GetTracesAsync(["tr-1"], Cancelled)).Spans));
    }

    [Fact]
    public async Task Spans_ThatComeLater_LengthenTheTraceAndTheRootEndsIt()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.LogSpansAsync("0", "tr-1", [Make.Span(2, 1, 500, null)], Cancelled);
        var running = await store.Traces.GetTraceInfoAsync("tr-1", Cancelled);
        Assert.Equal(("IN_PROGRESS", 500L, null), (running.State, running.RequestTime, running.ExecutionDuration));
        await store.Traces.LogSpansAsync("0", "tr-1", [Make.Span(3, 1, 600, 900)], Cancelled);
        await store.Traces.LogSpansAsync("0", "tr-1", [Make.Span(4, 1, 400, 450)], Cancelled);
        var longer = await store.Traces.GetTraceInfoAsync("tr-1", Cancelled);
        Assert.Equal((400L, 500L), (longer.RequestTime, longer.ExecutionDuration ?? 0));
        await store.Traces.LogSpansAsync("0", "tr-1", [Make.Span(1, null, 300, 1000, status: OtelStatus.Error)], Cancelled);
        var ended = await store.Traces.GetTraceInfoAsync("tr-1", Cancelled);
        Assert.Equal(("ERROR", 300L, 700L), (ended.State, ended.RequestTime, ended.ExecutionDuration ?? 0));
    }

    [Fact]
    public async Task Spans_OfATraceThatTheClientFinished_LeaveItsTimesAlone()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.LogSpansAsync("0", "tr-1", [Make.Span(1, null, 100, 200, "root", attributes: ("mlflow.spanInputs", "\"in\""))], Cancelled);
        await store.Traces.StartTraceAsync(Make.Trace("tr-1", time: 90, duration: 333), Cancelled);
        await store.Traces.LogSpansAsync("0", "tr-1", [Make.Span(2, 1, 50, 5000)], Cancelled);
        var trace = Assert.Single(await store.Traces.GetTracesAsync(["tr-1"], Cancelled));
        Assert.Equal((90L, 333L, 2, "\"in\""), (trace.Info.RequestTime, trace.Info.ExecutionDuration ?? 0, trace.Spans.Count, trace.Info.RequestPreview));
    }

    [Fact]
    public async Task Tokens_OfSpansSentTwice_CountOnce()
    {
        await using var store = new OpenStore(DatabaseUri());
        var first = Make.Span(1, null, 1, 2, attributes: ("mlflow.chat.tokenUsage", Usage));
        var second = Make.Span(2, 1, 1, 2, "chat", OtelStatus.Ok, ("gen_ai.usage.input_tokens", 1L), ("gen_ai.usage.output_tokens", 2L));
        await store.Traces.LogSpansAsync("0", "tr-1", [first], Cancelled);
        await store.Traces.LogSpansAsync("0", "tr-1", [first, second], Cancelled);
        await store.Traces.LogSpansAsync("0", "tr-1", [second], Cancelled);
        Assert.Equal("""{"input_tokens": 11, "output_tokens": 7, "total_tokens": 18}""", (await store.Traces.GetTraceInfoAsync("tr-1", Cancelled)).Metadata.Value("mlflow.trace.tokenUsage"));
        Assert.Equal(18.0, store.Database.Read(session => session.Scalar("SELECT value FROM trace_metrics WHERE request_id = 'tr-1' AND key = 'total_tokens'")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tokens_OfATraceThatTheClientFinished_CountOnce(bool spansFirst)
    {
        await using var store = new OpenStore(DatabaseUri());
        var finish = () => store.Traces.StartTraceAsync(Make.Trace("tr-1", metadata: [new("mlflow.trace.tokenUsage", Usage)]), Cancelled);
        var spans = () => store.Traces.LogSpansAsync("0", "tr-1", [Make.Span(1, null, 1, 2, attributes: ("mlflow.chat.tokenUsage", Usage))], Cancelled);
        await (spansFirst ? spans() : finish());
        await (spansFirst ? finish() : spans());
        Assert.Equal(Usage, (await store.Traces.GetTraceInfoAsync("tr-1", Cancelled)).Metadata.Value("mlflow.trace.tokenUsage"));
        Assert.Equal(15.0, store.Database.Read(session => session.Scalar("SELECT value FROM trace_metrics WHERE request_id = 'tr-1' AND key = 'total_tokens'")));
    }

    [Fact]
    public async Task TokensOfTheCache_WhereACallSaysThem_AreSummedToo()
    {
        await using var store = new OpenStore(DatabaseUri());
        var said = Make.Span(1, null, 1, 2, attributes: ("mlflow.chat.tokenUsage", """{"input_tokens": 10, "output_tokens": 5, "total_tokens": 15, "cache_read_input_tokens": 4}"""));
        var bare = Make.Span(2, 1, 1, 2, attributes: ("mlflow.chat.tokenUsage", Usage));
        var genAi = Make.Span(3, 1, 1, 2, "chat", OtelStatus.Ok, ("gen_ai.usage.input_tokens", 1L), ("gen_ai.usage.output_tokens", 2L), ("gen_ai.usage.cache_read.input_tokens", 1L), ("gen_ai.usage.cache_creation.input_tokens", 0L));
        await store.Traces.LogSpansAsync("0", "tr-1", [said, bare], Cancelled);
        await store.Traces.LogSpansAsync("0", "tr-1", [said, genAi], Cancelled);
        Assert.Equal(
            """{"input_tokens": 21, "output_tokens": 12, "total_tokens": 33, "cache_read_input_tokens": 5, "cache_creation_input_tokens": 0}""",
            (await store.Traces.GetTraceInfoAsync("tr-1", Cancelled)).Metadata.Value("mlflow.trace.tokenUsage"));
        var read = await store.Traces.QueryTraceMetricsAsync(new QueryTraceMetrics(["0"], TraceMetricView.Traces, "cache_read_input_tokens", [new("SUM", 0)], [], [], null, null, null, 10), Cancelled);
        Assert.Equal(5.0, Assert.Single(read).Values[0].Value);
    }

    [Fact]
    public async Task TokensOfTheCache_OfATraceThatTheClientFinished_AreThere()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.StartTraceAsync(
            Make.Trace("tr-1", metadata: [new("mlflow.trace.tokenUsage", """{"input_tokens": 10, "output_tokens": 5, "total_tokens": 15, "cache_creation_input_tokens": 3}""")]), Cancelled);
        Assert.Equal(3.0, store.Database.Read(session => session.Scalar("SELECT value FROM trace_metrics WHERE request_id = 'tr-1' AND key = 'cache_creation_input_tokens'")));
        Assert.Null(store.Database.Read(session => session.Scalar("SELECT value FROM trace_metrics WHERE request_id = 'tr-1' AND key = 'cache_read_input_tokens'")));
    }

    [Theory]
    [InlineData("openinference.span.kind", "TOOL", "TOOL")]
    [InlineData("gen_ai.operation.name", "chat", "CHAT_MODEL")]
    [InlineData("traceloop.span.kind", "workflow", "WORKFLOW")]
    [InlineData("ai.operationId", "ai.embed", "EMBEDDING")]
    [InlineData("mlflow.spanType", "\"AGENT\"", "AGENT")]
    [InlineData("other", "TOOL", null)]
    public async Task Type_ByWhicheverConvention_IsMlflows(string key, string value, string? expected)
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.LogSpansAsync("0", "tr-1", [Make.Span(1, null, 1, 2, attributes: (key, value))], Cancelled);
        Assert.Equal(expected, store.Database.Read(session => session.Scalar("SELECT type FROM spans")));
    }

    [Fact]
    public async Task Spans_IntoAnExperimentThatIsNotThere_AreRefused()
    {
        await using var store = new OpenStore(DatabaseUri());
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => store.Traces.LogSpansAsync("99", "tr-1", [Make.Span(1, null, 1, 2)], Cancelled));
        Assert.Equal((ProblemCode.NotFound, "No Experiment with id=99 exists"), (refusal.Code, refusal.Message));
    }

    [Fact]
    public async Task Spans_FromManyAtOnce_AllArrive()
    {
        await using var store = new OpenStore(DatabaseUri());
        await Task.WhenAll(Enumerable.Range(1, 40).Select(number => store.Traces.LogSpansAsync("0", "tr-1", [Make.Span(number, 99, number, 100 + number, attributes: ("mlflow.chat.tokenUsage", Usage))], Cancelled)));
        var trace = Assert.Single(await store.Traces.GetTracesAsync(["tr-1"], Cancelled));
        Assert.Equal((40, 1L, 139L), (trace.Spans.Count, trace.Info.RequestTime, trace.Info.ExecutionDuration ?? 0));
        Assert.Equal("""{"input_tokens": 400, "output_tokens": 200, "total_tokens": 600}""", trace.Info.Metadata.Value("mlflow.trace.tokenUsage"));
    }

    [Fact]
    public void Id_OfTheTrace_IsTheClientsOwnOrMadeFromOpenTelemetrys()
    {
        Assert.Equal("tr-" + Make.OtelTrace, Make.Span(1, null, 1, 2).MlflowTraceId);
        Assert.Equal("tr-own", Make.Span(1, null, 1, 2, attributes: ("mlflow.traceRequestId", "tr-own")).MlflowTraceId);
        Assert.Equal("tr-own", Make.Span(1, null, 1, 2, attributes: ("mlflow.traceRequestId", "\"tr-own\"")).MlflowTraceId);
        Assert.Equal("tr-" + Make.OtelTrace, Make.Span(1, null, 1, 2, attributes: ("mlflow.traceRequestId", new string('x', 51))).MlflowTraceId);
    }

    [Fact]
    public async Task Trace_WithFewerSpansThanPromised_IsNotComplete()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.StartTraceAsync(Make.Trace("tr-1", metadata: [new("mlflow.trace.sizeStats", """{"num_spans": 2}""")]), Cancelled);
        await store.Traces.LogSpansAsync("0", "tr-1", [Make.Span(1, null, 1, 2)], Cancelled);
        Assert.False(Assert.Single(await store.Traces.GetTracesAsync(["tr-1"], Cancelled)).IsComplete);
        await store.Traces.LogSpansAsync("0", "tr-1", [Make.Span(2, 1, 1, 2)], Cancelled);
        Assert.True(Assert.Single(await store.Traces.GetTracesAsync(["tr-1"], Cancelled)).IsComplete);
    }
}
