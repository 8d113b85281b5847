using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Runs;

public class LogTests : StoreTests
{
    [Fact]
    public async Task Latest_OfManyValues_IsTheGreatestStepThenTimeThenValue()
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await store.Tracking.RunAsync();
        foreach (var (value, timestamp, step) in ((double, long, long)[])[(9, 9, -1), (1, 1, 5), (2, 3, 5), (7, 2, 5), (0.5, 3, 5), (double.NaN, 3, 5)])
        {
            await store.Tracking.LogBatchAsync(run, A.Metric("m", value, timestamp, step), Cancelled);
        }

        Assert.Equal(new Metric("m", 2, 3, 5), Assert.Single((await store.Tracking.GetRunAsync(run, Cancelled)).Metrics));
        Assert.Equal(6, (await store.Tracking.GetMetricHistoryAsync(run, "m", null, null, Cancelled)).Items.Count);
    }

    [Fact]
    public async Task Metric_LoggedTwice_IsKeptOnceAndInfinityIsTheLargestNumber()
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await store.Tracking.RunAsync();
        await store.Tracking.LogBatchAsync(run, A.Metric("m", double.PositiveInfinity), Cancelled);
        await store.Tracking.LogBatchAsync(run, A.Metric("m", double.PositiveInfinity), Cancelled);
        Assert.Equal(double.MaxValue, Assert.Single((await store.Tracking.GetMetricHistoryAsync(run, "m", null, null, Cancelled)).Items).Value);
    }

    [Fact]
    public async Task Parameter_ChangedAfterwards_IsRefusedAndStopsBeforeTheMetrics()
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await store.Tracking.RunAsync();
        await store.Tracking.LogBatchAsync(run, LogBatch.OfParam("p", "v"), Cancelled);
        await store.Tracking.LogBatchAsync(run, LogBatch.OfParam("p", "v"), Cancelled);
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => store.Tracking.LogBatchAsync(
            run,
            new LogBatch([new Metric("m", 1, 1, 0)], [new KeyValue("q", "new"), new KeyValue("p", "w")], []),
            Cancelled));
        Assert.Equal(ProblemCode.InvalidArgument, refusal.Code);
        var after = await store.Tracking.GetRunAsync(run, Cancelled);
        Assert.Equal([new KeyValue("p", "v")], after.Params);
        Assert.Empty(after.Metrics);
    }

    [Fact]
    public async Task AnyWrite_ToADeletedRun_IsRefusedAndReadsGoOn()
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await store.Tracking.RunAsync();
        await store.Tracking.DeleteRunAsync(run, Cancelled);
        foreach (var batch in new[] { A.Metric("m", 1), LogBatch.OfParam("p", "v"), LogBatch.OfTag("t", "v") })
        {
            var refusal = await Assert.ThrowsAsync<MLOpsException>(() => store.Tracking.LogBatchAsync(run, batch, Cancelled));
            Assert.Contains("must be in the 'active' state", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(LifecycleStage.Deleted, (await store.Tracking.GetRunAsync(run, Cancelled)).Info.LifecycleStage);
        await store.Tracking.RestoreRunAsync(run, Cancelled);
        await store.Tracking.LogBatchAsync(run, A.Metric("m", 1), Cancelled);
    }

    [Fact]
    public async Task Experiment_Deleted_TakesItsRunsAndBringsThemBack()
    {
        await using var store = new OpenStore(DatabaseUri());
        var experiment = await store.Tracking.CreateExperimentAsync(new CreateExperiment("e", null, []), Cancelled);
        var run = await store.Tracking.RunAsync(experiment);
        await store.Tracking.DeleteExperimentAsync(experiment, Cancelled);
        Assert.Equal(LifecycleStage.Deleted, (await store.Tracking.GetRunAsync(run, Cancelled)).Info.LifecycleStage);
        await Assert.ThrowsAsync<MLOpsException>(() => store.Tracking.CreateRunAsync(A.RunId(), A.Run(experiment), Cancelled));
        var taken = await Assert.ThrowsAsync<MLOpsException>(() => store.Tracking.CreateExperimentAsync(new CreateExperiment("e", null, []), Cancelled));
        Assert.Equal(ProblemCode.AlreadyExists, taken.Code);
        await store.Tracking.RestoreExperimentAsync(experiment, Cancelled);
        Assert.Equal(LifecycleStage.Active, (await store.Tracking.GetRunAsync(run, Cancelled)).Info.LifecycleStage);
    }
}
