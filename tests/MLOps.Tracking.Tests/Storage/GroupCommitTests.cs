using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Tests.Storage;

public class GroupCommitTests : StoreTests
{
    [Fact]
    public async Task Write_OneOfManyFails_TheOthersAreKept()
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await store.Tracking.RunAsync();
        var writes = Enumerable.Range(0, 200).Select(i => i == 77
            ? store.Tracking.LogBatchAsync(A.RunId(), A.Metric("m", i, step: i), Cancelled)
            : store.Tracking.LogBatchAsync(run, A.Metric("m", i, step: i), Cancelled)).ToArray();
        var failed = await Assert.ThrowsAsync<MLOpsException>(() => writes[77]);
        Assert.Equal(ProblemCode.NotFound, failed.Code);
        await Task.WhenAll(writes.Where((_, i) => i != 77));
        var history = await store.Tracking.GetMetricHistoryAsync(run, "m", null, null, Cancelled);
        Assert.Equal(Enumerable.Range(0, 200).Where(i => i != 77).Select(i => (double)i), history.Items.Select(metric => metric.Value));
    }

    [Fact]
    public async Task Write_WorkThatThrowsHalfWay_LeavesNothing()
    {
        await using var store = new OpenStore(DatabaseUri());
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Database.WriteAsync<bool>(
            session =>
            {
                session.Execute("INSERT INTO experiments (name, workspace) VALUES ('half', 'default')");
                throw new InvalidOperationException("half way");
            },
            Cancelled));
        Assert.Null(store.Database.Read(session => session.Scalar("SELECT 1 FROM experiments WHERE name = 'half'")));
    }

    [Fact]
    public async Task Dispose_WithWritesWaiting_CommitsThem()
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await store.Tracking.RunAsync();
        var writes = Enumerable.Range(0, 500).Select(i => store.Tracking.LogBatchAsync(run, A.Metric("m", i, step: i), Cancelled)).ToArray();
        await store.RestartAsync();
        await Task.WhenAll(writes);
        Assert.Equal(500, (await store.Tracking.GetMetricHistoryAsync(run, "m", null, null, Cancelled)).Items.Count);
    }

    [Fact]
    public async Task Write_AfterDispose_SaysThatTheStoreIsClosing()
    {
        var store = new OpenStore(DatabaseUri());
        var run = await store.Tracking.RunAsync();
        await store.DisposeAsync();
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => store.Tracking.LogBatchAsync(run, A.Metric("m", 1), Cancelled));
        Assert.Equal(ProblemCode.Unavailable, refusal.Code);
    }
}
