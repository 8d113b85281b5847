using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Tests.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Tests.Traces;

public class TraceTests : StoreTests
{
    [Fact]
    public async Task Start_ThenGet_IsTheSameWithTheArtifactsPlace()
    {
        await using var store = new OpenStore(DatabaseUri());
        var made = await store.Traces.StartTraceAsync(
            Make.Trace("tr-1", time: 1234, duration: 1500, client: "c", tags: [new("b", "2"), new("a", "1")], metadata: [new("k", "v")]) with { RequestPreview = "q", ResponsePreview = "r" },
            Cancelled);
        var read = await store.Traces.GetTraceInfoAsync("tr-1", Cancelled);
        Assert.Equal(("tr-1", "0", 1234L, 1500L, "OK", "c", "q", "r"), (read.TraceId, read.ExperimentId, read.RequestTime, read.ExecutionDuration ?? 0, read.State, read.ClientRequestId, read.RequestPreview, read.ResponsePreview));
        Assert.Equal([new KeyValue("a", "1"), new("b", "2"), new("mlflow.artifactLocation", "mlflow-artifacts:/0/traces/tr-1/artifacts")], read.Tags);
        Assert.Equal([new KeyValue("k", "v"), new("mlflow.trace.infoFinalized", "true")], read.Metadata);
        Assert.Equal(made.Tags, read.Tags);
        await store.RestartAsync();
        Assert.Equal(read.Metadata, (await store.Traces.GetTraceInfoAsync("tr-1", Cancelled)).Metadata);
    }

    [Fact]
    public async Task Start_InAnExperimentThatIsNotThereOrDeleted_IsRefused()
    {
        await using var store = new OpenStore(DatabaseUri());
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Traces.StartTraceAsync(Make.Trace("tr-1", "99"), Cancelled)));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Traces.StartTraceAsync(Make.Trace("tr-1", "x"), Cancelled)));
        await store.Tracking.DeleteExperimentAsync("0", Cancelled);
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Traces.StartTraceAsync(Make.Trace("tr-1"), Cancelled)));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Traces.StartTraceAsync(Make.Trace(new string('t', 51)), Cancelled)));
    }

    [Fact]
    public async Task DeprecatedTrace_StartedThenEnded_HasItsDuration()
    {
        await using var store = new OpenStore(DatabaseUri());
        var made = await store.Traces.StartTraceAsync("0", 1000, [new("m", "1")], [new("t", "1")], Cancelled);
        Assert.Equal(("IN_PROGRESS", null), (made.State, made.ExecutionDuration));
        var ended = await store.Traces.EndTraceAsync(made.TraceId, 1250, "ERROR", [new("m", "2")], [new("u", "3")], Cancelled);
        Assert.Equal(("ERROR", 250L), (ended.State, ended.ExecutionDuration ?? 0));
        Assert.Equal(("2", "1", "3"), (ended.Metadata.Value("m"), ended.Tags.Value("t"), ended.Tags.Value("u")));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Traces.EndTraceAsync("nope", 1, "OK", [], [], Cancelled)));
    }

    [Fact]
    public async Task Tag_SetChangedAndDeleted_IsGone()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.StartTraceAsync(Make.Trace("tr-1"), Cancelled);
        await store.Traces.SetTraceTagAsync("tr-1", "x", "1", Cancelled);
        await store.Traces.SetTraceTagAsync("tr-1", "x", "2", Cancelled);
        Assert.Equal("2", (await store.Traces.GetTraceInfoAsync("tr-1", Cancelled)).Tags.Value("x"));
        await store.Traces.DeleteTraceTagAsync("tr-1", "x", Cancelled);
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Traces.DeleteTraceTagAsync("tr-1", "x", Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Traces.SetTraceTagAsync("tr-2", "x", "1", Cancelled)));
    }

    [Fact]
    public async Task Tag_OfTenThousandEmoji_IsCutBetweenCharacters()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.StartTraceAsync(Make.Trace("tr-1"), Cancelled);
        await store.Traces.SetTraceTagAsync("tr-1", "x", string.Concat(Enumerable.Repeat("\U0001F600", 10_000)), Cancelled);
        Assert.Equal(16_000, (await store.Traces.GetTraceInfoAsync("tr-1", Cancelled)).Tags.Value("x")!.Length);
    }

    [Fact]
    public async Task Text_WithAZeroCharacter_IsKeptOrRefused()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.StartTraceAsync(Make.Trace("tr-1"), Cancelled);
        foreach (var write in (Func<Task>[])
        [
            () => store.Traces.SetTraceTagAsync("tr-1", "x", "a\0b", Cancelled),
            () => store.Traces.LogSpansAsync("0", "tr-2", [Make.Span(1, null, 1, 2, "a\0b", attributes: ("k\0", "v\0"))], Cancelled),
            () => store.Traces.CreateAssessmentAsync(AssessmentTests.Feedback("tr-1", "a\0b", "1.0"), Cancelled),
            () => store.Traces.SearchTracesAsync(new SearchTraces(["0"], "name RLIKE 'a\0b'", [], 1, null), Cancelled),
        ])
        {
            var problem = await Record.ExceptionAsync(write);
            if (DatabaseUri() is null)
            {
                Assert.Null(problem);
            }
            else
            {
                Assert.Equal(ProblemCode.Rejected, Assert.IsType<MLOpsException>(problem).Code);
            }
        }
    }

    [Fact]
    public async Task Delete_ByIds_TakesEverythingOfThem()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.LogSpansAsync("0", "tr-1", [Make.Span(1, null, 1, 2, attributes: ("mlflow.chat.tokenUsage", """{"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}"""))], Cancelled);
        await store.Traces.StartTraceAsync(Make.Trace("tr-2"), Cancelled);
        Assert.Equal(0, await store.Traces.DeleteTracesAsync(new DeleteTraces("7", null, null, ["tr-1"]), Cancelled));
        Assert.Equal(1, await store.Traces.DeleteTracesAsync(new DeleteTraces("0", null, null, ["tr-1", "tr-9"]), Cancelled));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Traces.GetTraceInfoAsync("tr-1", Cancelled)));
        Assert.Equal("tr-2", (await store.Traces.GetTraceInfoAsync("tr-2", Cancelled)).TraceId);
        foreach (var table in (string[])["spans", "trace_tags", "trace_metrics", "trace_request_metadata"])
        {
            Assert.Equal(0L, store.Database.Read(session => session.Scalar($"SELECT COUNT(*) FROM {table} WHERE {(table == "spans" ? "trace_id" : "request_id")} = 'tr-1'")));
        }
    }

    [Fact]
    public async Task Delete_ByAge_TakesTheOldestFirst()
    {
        await using var store = new OpenStore(DatabaseUri());
        foreach (var time in (long[])[10, 20, 30, 40])
        {
            await store.Traces.StartTraceAsync(Make.Trace($"tr-{time}", time: time), Cancelled);
        }

        Assert.Equal(2, await store.Traces.DeleteTracesAsync(new DeleteTraces("0", 30, 2, []), Cancelled));
        Assert.Equal(1, await store.Traces.DeleteTracesAsync(new DeleteTraces("0", 30, null, []), Cancelled));
        Assert.Equal(["tr-40"], (await store.Traces.SearchTracesAsync(new SearchTraces(["0"], null, [], 10, null), Cancelled)).Items.Select(trace => trace.TraceId));
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(5L, null, true)]
    [InlineData(null, 5L, true)]
    [InlineData(5L, 0L, false)]
    public async Task Delete_WithoutOneClearCriterion_IsRefused(long? time, long? count, bool byIds)
    {
        await using var store = new OpenStore(DatabaseUri());
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Traces.DeleteTracesAsync(new DeleteTraces("0", time, count, byIds ? ["tr-1"] : []), Cancelled)));
    }

    [Fact]
    public async Task Infos_OfSeveral_ComeInTheOrderAskedFor()
    {
        await using var store = new OpenStore(DatabaseUri());
        foreach (var id in (string[])["tr-a", "tr-b", "tr-c"])
        {
            await store.Traces.StartTraceAsync(Make.Trace(id, tags: [new("id", id)]), Cancelled);
        }

        var read = await store.Traces.GetTraceInfosAsync(["tr-c", "tr-x", "tr-a"], Cancelled);
        Assert.Equal(["tr-c", "tr-a"], read.Select(trace => trace.Tags.Value("id")));
    }

    protected static async Task<ProblemCode> CodeAsync(Func<Task> action) => (await Assert.ThrowsAsync<MLOpsException>(action)).Code;
}
