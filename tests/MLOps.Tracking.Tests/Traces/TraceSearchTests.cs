using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Tests.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Tests.Traces;

/// <summary>Five traces, and what each filter finds of them.</summary>
public class TraceSearchTests : StoreTests
{
    [Theory]
    [InlineData(null, "edcba")]
    [InlineData("status = 'ERROR'", "b")]
    [InlineData("trace.status != 'OK'", "cb")]
    [InlineData("attributes.status IN ('ERROR', 'IN_PROGRESS')", "cb")]
    [InlineData("status NOT IN ('OK')", "cb")]
    [InlineData("timestamp_ms > 200 AND timestamp <= 400", "dc")]
    [InlineData("execution_time_ms >= 20", "edb")]
    [InlineData("execution_time < 20", "a")]
    [InlineData("end_time_ms = 110", "a")]
    [InlineData("request_id = 'tr-c'", "c")]
    [InlineData("trace_id IN ('tr-a', 'tr-e')", "ea")]
    [InlineData("client_request_id LIKE 'req-%'", "a")]
    [InlineData("name = 'checkout'", "ba")]
    [InlineData("name ILIKE 'CHECK%'", "ba")]
    [InlineData("name RLIKE '^check(out)?$'", "ba")]
    [InlineData("name RLIKE 'e'", "cba")]
    [InlineData("tag.team = 'a b'", "a")]
    [InlineData("tags.`team` != 'a b'", "b")]
    [InlineData("tags.team LIKE 'a%'", "a")]
    [InlineData("tags.team IN ('a b', 'c')", "ba")]
    [InlineData("tags.team IS NULL", "edc")]
    [InlineData("tags.team IS NOT NULL", "ba")]
    [InlineData("metadata.user = 'x'", "c")]
    [InlineData("request_metadata.user RLIKE '[xy]'", "dc")]
    [InlineData("metadata.user IS NULL AND timestamp_ms > 100", "eb")]
    [InlineData("span.name = 'retrieve'", "e")]
    [InlineData("span.name LIKE '%e%'", "e")]
    [InlineData("span.type = 'RETRIEVER'", "e")]
    [InlineData("span.status = 'ERROR'", "e")]
    [InlineData("span.type IN ('LLM', 'RETRIEVER')", "e")]
    [InlineData("span.attributes.model = 'gpt \"4\"'", "e")]
    [InlineData("span.attributes.model != 'gpt'", "e")]
    [InlineData("span.attributes.model = 'gpt'", "")]
    [InlineData("span.attributes.model IN ('gpt', 'gpt \"4\"')", "e")]
    [InlineData("span.attributes.model LIKE '%gpt%'", "e")]
    [InlineData("span.attributes.model RLIKE '^g.t'", "e")]
    [InlineData("span.attributes.model RLIKE '^4'", "")]
    [InlineData("span.attributes.k = '3'", "e")]
    [InlineData("trace.text LIKE '%needle%'", "e")]
    [InlineData("text ILIKE '%NEEDLE%'", "e")]
    [InlineData("feedback.quality = 'good'", "a")]
    [InlineData("feedback.quality LIKE 'g%'", "a")]
    [InlineData("feedback.score = '0.5'", "b")]
    [InlineData("expectation.answer = 'true'", "c")]
    [InlineData("expectation.quality = 'good'", "")]
    [InlineData("feedback.quality IS NOT NULL", "a")]
    [InlineData("prompt = 'greeting/1'", "d")]
    public async Task Search_ByFilter_FindsThose(string? filter, string expected)
    {
        await using var store = await FilledAsync();
        Assert.Equal(expected, await FoundAsync(store, filter));
    }

    [Fact]
    public async Task Search_BySeveralThingsOfASpan_FindsTracesWhereOneSpanHasAll()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.LogSpansAsync("0", "tr-a", [Make.Span(1, null, 0, 1, "ask"), Make.Span(2, 1, 0, 1, "look", OtelStatus.Error)], Cancelled);
        await store.Traces.LogSpansAsync("0", "tr-b", [Make.Span(1, null, 0, 1, "look"), Make.Span(2, 1, 0, 1, "ask", OtelStatus.Error)], Cancelled);

        Assert.Equal("a", await FoundAsync(store, "span.name = 'look' AND span.status = 'ERROR'"));
    }

    [Fact]
    public async Task Search_ByFeedback_LeavesOutWhatIsOverriddenAndTakesInWhatIsOfTheSession()
    {
        await using var store = new OpenStore(DatabaseUri());
        foreach (var (trace, session) in ((string, string)[])[("tr-a", "s1"), ("tr-b", "s1"), ("tr-c", "s2")])
        {
            await store.Traces.StartTraceAsync(Make.Trace(trace, metadata: [new(TraceKeys.Session, session)]), Cancelled);
        }

        var first = await store.Traces.CreateAssessmentAsync(AssessmentTests.Feedback("tr-c", "tone", "\"cold\""), Cancelled);
        await store.Traces.CreateAssessmentAsync(AssessmentTests.Feedback("tr-c", "tone", PythonJson.Dump("wärm")) with { Overrides = first.AssessmentId }, Cancelled);
        await store.Traces.CreateAssessmentAsync(AssessmentTests.Feedback("tr-a", "tone", "\"odd\"") with { Metadata = [new(TraceKeys.Session, "s1")] }, Cancelled);

        Assert.Equal(string.Empty, await FoundAsync(store, "feedback.tone = 'cold'"));
        Assert.Equal("c", await FoundAsync(store, "feedback.tone = 'wärm'"));
        Assert.Equal("ab", await FoundAsync(store, "feedback.tone = 'odd'"));
        Assert.Equal("c", await FoundAsync(store, "feedback.tone != 'odd'"));
        Assert.Equal("abc", await FoundAsync(store, "feedback.tone IS NOT NULL"));
        Assert.Equal(string.Empty, await FoundAsync(store, "feedback.tone IS NULL"));
    }

    [Fact]
    public async Task Search_ByIssue_FindsTheTracesThatItNames()
    {
        await using var store = await FilledAsync();
        await store.Database.WriteAsync(
            session =>
            {
                foreach (var (id, trace, type) in new[] { ("as-1", "tr-b", "issue"), ("as-2", "tr-d", "issue"), ("as-3", "tr-c", "feedback") })
                {
                    session.Execute(
                        "INSERT INTO assessments (assessment_id, trace_id, name, assessment_type, value, created_timestamp, last_updated_timestamp, source_type, valid) VALUES ($0, $1, 'iss-7', $2, '\"x\"', 1, 1, 'HUMAN', TRUE)",
                        id,
                        trace,
                        type);
                }
            },
            Cancelled);
        Assert.Equal("db", await FoundAsync(store, "issue.id = 'iss-7'"));
        Assert.Equal("", await FoundAsync(store, "issue.id = 'iss-8'"));
        foreach (var filter in (string[])["issue.id != 'iss-7'", "issue.id LIKE 'iss%'", "issue.name = 'iss-7'"])
        {
            Assert.Equal(ProblemCode.InvalidArgument, (await Assert.ThrowsAsync<MLOpsException>(() => FoundAsync(store, filter))).Code);
        }
    }

    [Fact]
    public async Task Search_ByRun_FindsWhatIsOfTheRunAndWhatIsLinkedToIt()
    {
        await using var store = await FilledAsync();
        var run = await store.Tracking.RunAsync();
        await store.Traces.StartTraceAsync(Make.Trace("tr-z", time: 900, metadata: [new("mlflow.sourceRun", run)]), Cancelled);
        await store.Traces.LinkTracesToRunAsync(["tr-a", "tr-y"], run, Cancelled);
        await store.Traces.LinkTracesToRunAsync(["tr-a", "tr-a"], run, Cancelled);
        Assert.Equal("za", await FoundAsync(store, $"run_id = '{run}'"));
        await store.Traces.StartTraceAsync(Make.Trace("tr-y", time: 950), Cancelled);
        Assert.Equal("yza", await FoundAsync(store, $"run_id = '{run}'"));
        Assert.Equal("z", await FoundAsync(store, $"attributes.run_id IN ('{run}')"));
        Assert.Equal(ProblemCode.NotFound, await RefusalAsync(() => store.Traces.LinkTracesToRunAsync(["tr-a"], "nope", Cancelled)));
        Assert.Equal(ProblemCode.InvalidArgument, await RefusalAsync(() => store.Traces.LinkTracesToRunAsync([.. Enumerable.Repeat("tr-a", 101)], run, Cancelled)));
    }

    [Theory]
    [InlineData("timestamp_ms ASC", "abcde")]
    [InlineData("execution_time_ms DESC", "edbac")]
    [InlineData("execution_time_ms", "abedc")]
    [InlineData("tags.team DESC", "baedc")]
    [InlineData("name", "baced")]
    [InlineData("metadata.user", "cdeba")]
    [InlineData("status", "bceda")]
    public async Task Search_Ordered_PutsMissingValuesLast(string order, string expected)
    {
        await using var store = await FilledAsync();
        var found = await store.Traces.SearchTracesAsync(new SearchTraces(["0"], null, [order], 10, null), Cancelled);
        Assert.Equal(expected, Names(found));
    }

    [Fact]
    public async Task Search_InPages_SeesEachTraceOnce()
    {
        await using var store = await FilledAsync();
        var seen = string.Empty;
        string? token = null;
        var pages = 0;
        do
        {
            var page = await store.Traces.SearchTracesAsync(new SearchTraces(["0"], null, [], 2, token), Cancelled);
            seen += Names(page);
            token = page.NextPageToken;
            pages++;
        }
        while (token is not null);
        Assert.Equal(("edcba", 3), (seen, pages));
    }

    [Fact]
    public async Task Search_OtherOrDeletedExperiments_FindsNothing()
    {
        await using var store = await FilledAsync();
        Assert.Empty((await store.Traces.SearchTracesAsync(new SearchTraces(["1"], null, [], 10, null), Cancelled)).Items);
        Assert.Empty((await store.Traces.SearchTracesAsync(new SearchTraces([], null, [], 10, null), Cancelled)).Items);
        await store.Tracking.DeleteExperimentAsync("0", Cancelled);
        Assert.Equal(string.Empty, await FoundAsync(store, null));
    }

    [Theory]
    [InlineData("nope = 'x'")]
    [InlineData("nope.x = 'x'")]
    [InlineData("status > 'x'")]
    [InlineData("timestamp_ms = 'x'")]
    [InlineData("timestamp_ms LIKE 1")]
    [InlineData("tags.x = 1")]
    [InlineData("span.duration = 'x'")]
    [InlineData("span.attributes. = 'x'")]
    [InlineData("span.name IS NULL")]
    [InlineData("span.content = 'x'")]
    [InlineData("prompt LIKE 'x'")]
    [InlineData("status = 'OK' OR status = 'ERROR'")]
    [InlineData("status IN ()")]
    [InlineData("name RLIKE '('")]
    [InlineData(@"name RLIKE '(a)\1'")]
    [InlineData("name RLIKE '(?=a)'")]
    [InlineData("name RLIKE '((a{1000}){1000}){1000}'")]
    public async Task Search_WrongFilter_IsRefused(string filter)
    {
        await using var store = new OpenStore(DatabaseUri());
        Assert.Equal(ProblemCode.InvalidArgument, await RefusalAsync(() => FoundAsync(store, filter)));
    }

    [Fact]
    public async Task Search_ThatAsksTooMuch_IsRefused()
    {
        await using var store = new OpenStore(DatabaseUri());
        Task Order(IReadOnlyList<string> by) => store.Traces.SearchTracesAsync(new SearchTraces(["0"], null, by, 1, null), Cancelled);
        Assert.Equal(ProblemCode.InvalidArgument, await RefusalAsync(() => Order([.. Enumerable.Range(0, 33).Select(i => $"tags.t{i}")])));
        Assert.Equal(ProblemCode.InvalidArgument, await RefusalAsync(() => Order(["status", "status DESC"])));
        Assert.Equal(ProblemCode.InvalidArgument, await RefusalAsync(() => Order(["span.name"])));
        Assert.Equal(ProblemCode.InvalidArgument, await RefusalAsync(() => FoundAsync(store, $"tags.a LIKE '{new string('%', 10_001)}'")));
        Assert.Equal(ProblemCode.InvalidArgument, await RefusalAsync(() => FoundAsync(store, $"tags.a RLIKE '{new string('a', 1_001)}'")));
        var ids = Enumerable.Range(0, 40_000).Select(id => id.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Empty((await store.Traces.SearchTracesAsync(new SearchTraces(ids, null, [], 1, null), Cancelled)).Items);
    }

    [Fact]
    public async Task Search_WithAPatternThatBacktracksElsewhere_Answers()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.StartTraceAsync(Make.Trace("tr-a", tags: [new("mlflow.traceName", new string('a', 5000) + "!")]), Cancelled);
        Assert.Equal(string.Empty, await FoundAsync(store, "name RLIKE '^(a+)+$'"));
    }

    [Fact]
    public async Task Filters_Correlated_AreCounted()
    {
        await using var store = await FilledAsync();
        var same = await store.Traces.CorrelateFiltersAsync(new CorrelateFilters(["0"], "name = 'checkout'", "tags.team IS NOT NULL", null), Cancelled);
        Assert.Equal((2L, 2L, 2L, 5L, 1.0), (same.First, same.Second, same.Joint, same.Total, Math.Round(same.Npmi, 12)));
        var apart = await store.Traces.CorrelateFiltersAsync(new CorrelateFilters(["0"], "status = 'ERROR'", "status = 'IN_PROGRESS'", null), Cancelled);
        Assert.Equal((0L, -1.0), (apart.Joint, apart.Npmi));
        Assert.InRange(apart.Smoothed, -1, 0);
        var none = await store.Traces.CorrelateFiltersAsync(new CorrelateFilters(["0"], "status = 'ERROR'", "name = 'checkout'", "timestamp_ms > 1000"), Cancelled);
        Assert.Equal((0L, double.NaN), (none.Total, none.Npmi));
    }

    private static async Task<ProblemCode> RefusalAsync(Func<Task> action) => (await Assert.ThrowsAsync<MLOpsException>(action)).Code;

    private static async Task<string> FoundAsync(OpenStore store, string? filter) =>
        Names(await store.Traces.SearchTracesAsync(new SearchTraces(["0"], filter, [], 10, null), Cancelled));

    private static string Names(Page<TraceInfo> page) => string.Concat(page.Items.Select(trace => trace.TraceId[^1]));

    private async Task<OpenStore> FilledAsync()
    {
        var store = new OpenStore(DatabaseUri());
        await store.Traces.StartTraceAsync(Make.Trace("tr-a", time: 100, client: "req-1", tags: [new("mlflow.traceName", "checkout"), new("team", "a b")]), Cancelled);
        await store.Traces.StartTraceAsync(Make.Trace("tr-b", time: 200, duration: 20, state: "ERROR", tags: [new("mlflow.traceName", "checkout"), new("team", "c")]), Cancelled);
        await store.Traces.StartTraceAsync(Make.Trace("tr-c", time: 300, duration: null, state: "IN_PROGRESS", tags: [new("mlflow.traceName", "pay me")], metadata: [new("user", "x")]), Cancelled);
        await store.Traces.StartTraceAsync(Make.Trace("tr-d", time: 400, duration: 40, metadata: [new("user", "y")]), Cancelled);
        await store.Traces.LogSpansAsync(
            "0",
            "tr-e",
            [
                Make.Span(1, 9, 500, 540, "retrieve", OtelStatus.Error, ("mlflow.spanType", "RETRIEVER"), ("model", "gpt \"4\""), ("k", 3L), ("note", "a needle")),
            ],
            Cancelled);
        await store.Database.WriteAsync(session => session.Execute("UPDATE trace_info SET status = 'OK' WHERE request_id = 'tr-e'"), Cancelled);
        await store.Traces.LinkPromptsAsync("tr-d", [new PromptVersion("greeting", "1")], Cancelled);
        await store.Traces.CreateAssessmentAsync(AssessmentTests.Feedback("tr-a", "quality", "\"good\""), Cancelled);
        await store.Traces.CreateAssessmentAsync(AssessmentTests.Feedback("tr-b", "score", "0.5"), Cancelled);
        await store.Traces.CreateAssessmentAsync(AssessmentTests.Feedback("tr-c", "answer", "true") with { Kind = AssessmentKind.Expectation }, Cancelled);
        return store;
    }
}
