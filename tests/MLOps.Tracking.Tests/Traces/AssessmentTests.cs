using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Tests.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Tests.Traces;

public class AssessmentTests : StoreTests
{
    internal static Assessment Feedback(string trace, string name, string value) => new(string.Empty, trace, name, AssessmentKind.Feedback, value, null, 0, 0, "HUMAN", "me", null, null, null, true, []);

    [Fact]
    public async Task Assessment_CreatedAndUpdated_KeepsWhatIsNotNamed()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.StartTraceAsync(Make.Trace("tr-1"), Cancelled);
        var made = await store.Traces.CreateAssessmentAsync(
            Feedback("tr-1", "quality", "\"good\"") with { SpanId = "s", Rationale = "why", Metadata = [new("a", "1"), new("b", "2")] },
            Cancelled);
        Assert.StartsWith("a-", made.AssessmentId, StringComparison.Ordinal);
        Assert.True(made.CreateTime > 0);
        var updated = await store.Traces.UpdateAssessmentAsync("tr-1", made.AssessmentId, new UpdateAssessment(null, new AssessmentValue(AssessmentKind.Feedback, "1.0", null), null, [new("b", "3")], null), Cancelled);
        Assert.Equal(("quality", "1.0", "why", "s"), (updated.Name, updated.Value, updated.Rationale, updated.SpanId));
        var read = await store.Traces.GetAssessmentAsync("tr-1", made.AssessmentId, Cancelled);
        Assert.Equal([new KeyValue("a", "1"), new("b", "3")], read.Metadata);
        var listed = Assert.Single((await store.Traces.GetTraceInfoAsync("tr-1", Cancelled)).Assessments);
        Assert.Equal((read.AssessmentId, read.Value, read.LastUpdateTime), (listed.AssessmentId, listed.Value, listed.LastUpdateTime));
    }

    [Fact]
    public async Task Assessments_OfOneMillisecond_ComeInTheOrderOfTheirMaking()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.StartTraceAsync(Make.Trace("tr-1"), Cancelled);
        string[] names = ["g", "b", "e", "a", "f", "c", "d", "h"];
        foreach (var name in names)
        {
            await store.Traces.CreateAssessmentAsync(Feedback("tr-1", name, "1.0") with { CreateTime = 5 }, Cancelled);
        }

        Assert.Equal(names, (await store.Traces.GetTraceInfoAsync("tr-1", Cancelled)).Assessments.Select(assessment => assessment.Name));
    }

    [Fact]
    public async Task Assessment_Overridden_IsInvalidUntilTheOtherIsDeleted()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.StartTraceAsync(Make.Trace("tr-1"), Cancelled);
        var first = await store.Traces.CreateAssessmentAsync(Feedback("tr-1", "q", "1.0"), Cancelled);
        var second = await store.Traces.CreateAssessmentAsync(Feedback("tr-1", "q", "2.0") with { Overrides = first.AssessmentId }, Cancelled);
        Assert.False((await store.Traces.GetAssessmentAsync("tr-1", first.AssessmentId, Cancelled)).Valid);
        await store.Traces.DeleteAssessmentAsync("tr-1", second.AssessmentId, Cancelled);
        Assert.True((await store.Traces.GetAssessmentAsync("tr-1", first.AssessmentId, Cancelled)).Valid);
        await store.Traces.DeleteAssessmentAsync("tr-1", second.AssessmentId, Cancelled);
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Traces.CreateAssessmentAsync(Feedback("tr-1", "q", "2.0") with { Overrides = "a-nope" }, Cancelled)));
    }

    [Fact]
    public async Task Assessment_OfAnUnknownTraceOrOfTheOtherKind_IsRefused()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.StartTraceAsync(Make.Trace("tr-1"), Cancelled);
        var made = await store.Traces.CreateAssessmentAsync(Feedback("tr-1", "q", "1.0"), Cancelled);
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Traces.CreateAssessmentAsync(Feedback("tr-2", "q", "1.0"), Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Traces.GetAssessmentAsync("tr-1", "a-nope", Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Traces.GetAssessmentAsync("tr-2", made.AssessmentId, Cancelled)));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() =>
            store.Traces.UpdateAssessmentAsync("tr-1", made.AssessmentId, new UpdateAssessment(null, new AssessmentValue(AssessmentKind.Expectation, "1", null), null, null, null), Cancelled)));
    }

    [Fact]
    public async Task Assessment_OfEachKind_IsReadAsThatKind()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Traces.StartTraceAsync(Make.Trace("tr-1"), Cancelled);
        foreach (var kind in Enum.GetValues<AssessmentKind>())
        {
            await store.Traces.CreateAssessmentAsync(Feedback("tr-1", kind.Name(), """{"issue_name": "slow"}""") with { Kind = kind }, Cancelled);
        }

        var read = (await store.Traces.GetTraceInfoAsync("tr-1", Cancelled)).Assessments;
        Assert.Equal(["feedback", "expectation", "issue"], read.Select(assessment => assessment.Name));
        Assert.Equal(Enum.GetValues<AssessmentKind>(), read.Select(assessment => assessment.Kind));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() =>
            store.Traces.UpdateAssessmentAsync("tr-1", read[2].AssessmentId, new UpdateAssessment(null, new AssessmentValue(AssessmentKind.Feedback, "1", null), null, null, null), Cancelled)));
    }

    private static async Task<ProblemCode> CodeAsync(Func<Task> action) => (await Assert.ThrowsAsync<MLOpsException>(action)).Code;
}
