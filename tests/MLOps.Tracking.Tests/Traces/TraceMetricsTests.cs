using MLOps.Contracts.Problems;
using MLOps.Tracking.Tests.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Tests.Traces;

public class TraceMetricsTests : StoreTests
{
    [Fact]
    public async Task Latency_OfTraces_IsAveragedAndInterpolated()
    {
        await using var store = await FilledAsync();
        var point = Assert.Single(await QueryAsync(store, TraceMetricView.Traces, "latency", [new("AVG", 0), new("PERCENTILE", 50), new("PERCENTILE", 90)]));
        Assert.Equal([new("AVG", 25.0), new("P50.0", 25.0), new("P90.0", 37.0)], point.Values);
    }

    [Fact]
    public async Task Counts_ByStatusAndTime_AreGrouped()
    {
        await using var store = await FilledAsync();
        var byStatus = await QueryAsync(store, TraceMetricView.Traces, "trace_count", [new("COUNT", 0)], ["trace_status"]);
        Assert.Equal([("ERROR", 1.0), ("OK", 3.0)], byStatus.Select(point => (point.Dimensions[0].Value, point.Values[0].Value)));
        var byTime = await store.Traces.QueryTraceMetricsAsync(
            new QueryTraceMetrics(["0"], TraceMetricView.Traces, "trace_count", [new("COUNT", 0)], [], ["trace.status = 'OK'"], 2, 0, 100_000, 10), Cancelled);
        Assert.Equal([("1970-01-01T00:00:00+00:00", 1.0), ("1970-01-01T00:00:02+00:00", 1.0), ("1970-01-01T00:00:04+00:00", 1.0)], byTime.Select(point => (point.Dimensions[0].Value, point.Values[0].Value)));
    }

    [Fact]
    public async Task Tokens_CostsAndAssessments_AreSummed()
    {
        await using var store = await FilledAsync();
        Assert.Equal(18.0, Assert.Single(await QueryAsync(store, TraceMetricView.Traces, "total_tokens", [new("SUM", 0)])).Values[0].Value);
        var cost = Assert.Single(await QueryAsync(store, TraceMetricView.Spans, "total_cost", [new("SUM", 0)], ["span_model_name", "span_model_provider"]));
        Assert.Equal(("gpt", "acme", 0.75), (cost.Dimensions[0].Value, cost.Dimensions[1].Value, cost.Values[0].Value));
        Assert.Equal(10.0, Assert.Single(await QueryAsync(store, TraceMetricView.Spans, "latency", [new("AVG", 0)], ["span_name"], "span.status = 'OK'")).Values[0].Value);
        var values = Assert.Single(await QueryAsync(store, TraceMetricView.Assessments, "assessment_value", [new("AVG", 0)], ["assessment_name"], "assessment.type = 'feedback'"));
        Assert.Equal(("quality", 0.75), (values.Dimensions[0].Value, values.Values[0].Value));
        Assert.Equal(3, (await QueryAsync(store, TraceMetricView.Assessments, "assessment_count", [new("COUNT", 0)], ["assessment_value"])).Count);
    }

    [Fact]
    public async Task Filters_ByTagAndMetadata_Narrow()
    {
        await using var store = await FilledAsync();
        Assert.Equal(1.0, Assert.Single(await QueryAsync(store, TraceMetricView.Traces, "trace_count", [new("COUNT", 0)], [], "trace.tag.team = 'x'")).Values[0].Value);
        Assert.Equal(1.0, Assert.Single(await QueryAsync(store, TraceMetricView.Traces, "trace_count", [new("COUNT", 0)], [], "trace.metadata.`a b` = 'y'")).Values[0].Value);
    }

    [Theory]
    [InlineData(TraceMetricView.Traces, "nope", "COUNT", null, null)]
    [InlineData(TraceMetricView.Traces, "latency", "SUM", null, null)]
    [InlineData(TraceMetricView.Traces, "trace_count", "COUNT", "span_name", null)]
    [InlineData(TraceMetricView.Traces, "trace_count", "COUNT", null, "span.name = 'x'")]
    [InlineData(TraceMetricView.Traces, "trace_count", "COUNT", null, "trace.status != 'OK'")]
    [InlineData(TraceMetricView.Traces, "trace_count", "COUNT", null, "other.status = 'OK'")]
    [InlineData(TraceMetricView.Spans, "span_count", "COUNT", null, "assessment.name = 'x'")]
    [InlineData(TraceMetricView.Traces, "latency", "PERCENTILE", null, null)]
    public async Task Query_ThatMakesNoSense_IsRefused(TraceMetricView view, string metric, string kind, string? dimension, string? filter)
    {
        await using var store = new OpenStore(DatabaseUri());
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() =>
            QueryAsync(store, view, metric, [new TraceMetricAggregation(kind, 101)], dimension is null ? [] : [dimension], filter is null ? [] : [filter]));
        Assert.Equal(ProblemCode.InvalidArgument, refusal.Code);
    }

    private static Task<IReadOnlyList<TraceMetricPoint>> QueryAsync(
        OpenStore store, TraceMetricView view, string metric, TraceMetricAggregation[] aggregations, string[]? dimensions = null, params string[] filters) =>
        store.Traces.QueryTraceMetricsAsync(new QueryTraceMetrics(["0"], view, metric, aggregations, dimensions ?? [], filters, null, null, null, 100), Cancelled);

    private async Task<OpenStore> FilledAsync()
    {
        var store = new OpenStore(DatabaseUri());
        await store.Traces.StartTraceAsync(Make.Trace("tr-1", time: 1000, duration: 10, tags: [new("team", "x")]), Cancelled);
        await store.Traces.StartTraceAsync(Make.Trace("tr-2", time: 2000, duration: 20, metadata: [new("a b", "y")]), Cancelled);
        await store.Traces.StartTraceAsync(Make.Trace("tr-3", time: 3000, duration: 30, state: "ERROR"), Cancelled);
        await store.Traces.StartTraceAsync(Make.Trace("tr-4", time: 4000, duration: 40), Cancelled);
        await store.Traces.LogSpansAsync(
            "0",
            "tr-4",
            [
                Make.Span(1, null, 4000, 4010, "call", OtelStatus.Ok, ("mlflow.llm.model", "gpt"), ("gen_ai.system", "acme"), ("mlflow.llm.cost", """{"input_cost": 0.25, "output_cost": 0.5, "total_cost": 0.75}"""),
                    ("mlflow.chat.tokenUsage", """{"input_tokens": 11, "output_tokens": 7, "total_tokens": 18}""")),
            ],
            Cancelled);
        await store.Traces.CreateAssessmentAsync(AssessmentTests.Feedback("tr-1", "quality", "\"yes\""), Cancelled);
        await store.Traces.CreateAssessmentAsync(AssessmentTests.Feedback("tr-1", "quality", "0.5"), Cancelled);
        await store.Traces.CreateAssessmentAsync(AssessmentTests.Feedback("tr-1", "quality", "\"words\""), Cancelled);
        return store;
    }
}
