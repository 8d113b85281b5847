using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Runs;

public class SilenceTests : StoreTests
{
    private static readonly EndSilentRun Silent = new("7", 99, TimeSpan.FromMinutes(6));

    [Fact]
    public async Task End_OfASilentRun_FailsItWithTheReasonAndItStillTakesWrites()
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await StartAsync(store);
        Assert.True(await store.Tracking.EndSilentRunAsync(run, Silent, Cancelled));

        var failed = await store.Tracking.GetRunAsync(run, Cancelled);
        Assert.Equal((RunStatus.Failed, 99), (failed.Info.Status, failed.Info.EndTime));
        Assert.Contains("no heartbeat and no write for 360 s", failed.Tags.Single(tag => tag.Key == HeartbeatTags.Error).Value, StringComparison.Ordinal);
        await store.Tracking.LogBatchAsync(run, A.Metric("late", 1), Cancelled);
        Assert.Single((await store.Tracking.GetRunAsync(run, Cancelled)).Metrics);
        Assert.False(await store.Tracking.EndSilentRunAsync(run, Silent, Cancelled));
    }

    [Theory]
    [InlineData("heartbeat")]
    [InlineData("finished")]
    [InlineData("deleted")]
    public async Task End_OfARunThatHasChangedMeanwhile_ChangesNothing(string change)
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await StartAsync(store);
        switch (change)
        {
            case "heartbeat":
                await store.Tracking.LogBatchAsync(run, LogBatch.OfTag(HeartbeatTags.Beat, "8"), Cancelled);
                break;
            case "finished":
                await store.Tracking.UpdateRunAsync(run, new UpdateRun(RunStatus.Finished, 50, null), Cancelled);
                break;
            default:
                await store.Tracking.DeleteRunAsync(run, Cancelled);
                break;
        }

        var before = await store.Tracking.GetRunAsync(run, Cancelled);
        Assert.False(await store.Tracking.EndSilentRunAsync(run, Silent, Cancelled));
        var after = await store.Tracking.GetRunAsync(run, Cancelled);
        Assert.Equal(before.Info, after.Info);
        Assert.Equal(before.Tags.OrderBy(tag => tag.Key), after.Tags.OrderBy(tag => tag.Key));
    }

    [Fact]
    public async Task Revive_OfASilentRun_TakesBackStatusAndReason()
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await StartAsync(store);
        Assert.False(await store.Tracking.ReviveSilentRunAsync(run, Cancelled));
        await store.Tracking.EndSilentRunAsync(run, Silent, Cancelled);
        Assert.True(await store.Tracking.ReviveSilentRunAsync(run, Cancelled));
        var revived = await store.Tracking.GetRunAsync(run, Cancelled);
        Assert.Equal(RunStatus.Running, revived.Info.Status);
        Assert.DoesNotContain(revived.Tags, tag => tag.Key == HeartbeatTags.Error);
        Assert.False(await store.Tracking.ReviveSilentRunAsync(run, Cancelled));
    }

    [Fact]
    public async Task Revive_OfARunThatFailedForAnotherReason_LeavesIt()
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await StartAsync(store);
        await store.Tracking.LogBatchAsync(run, LogBatch.OfTag(HeartbeatTags.Error, "out of memory"), Cancelled);
        await store.Tracking.UpdateRunAsync(run, new UpdateRun(RunStatus.Failed, 50, null), Cancelled);
        Assert.False(await store.Tracking.ReviveSilentRunAsync(run, Cancelled));
        Assert.Equal(RunStatus.Failed, (await store.Tracking.GetRunAsync(run, Cancelled)).Info.Status);
    }

    private static async Task<string> StartAsync(OpenStore store)
    {
        var run = await store.Tracking.RunAsync();
        await store.Tracking.LogBatchAsync(run, new LogBatch([], [], [new KeyValue(HeartbeatTags.Interval, "30"), new KeyValue(HeartbeatTags.Beat, "7")]), Cancelled);
        return run;
    }
}
