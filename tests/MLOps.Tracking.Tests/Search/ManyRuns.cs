using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Runs;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Search;

/// <summary>As many runs as are read over two sessions, each with data of its own.</summary>
internal static class ManyRuns
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task LogAsync(OpenStore store, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var id = await store.Tracking.RunAsync("0", start: i);
            await store.Tracking.LogBatchAsync(id, new LogBatch([new Metric("m", i, 1, 0)], [new KeyValue("p", $"{i}")], []), Ct);
        }
    }

    /// <summary>By a store that knows none of them yet.</summary>
    public static Run[] Search(SqlDatabase database, int count) => [.. new SqlTrackingStore(database, "mlflow-artifacts:", TimeProvider.System)
        .SearchRunsAsync(new SearchRuns(["0"], null, ["start_time ASC"], ViewType.ActiveOnly, count, null), Ct).Result.Items];

    public static void AssertFound(int count, Run[] found) =>
        Assert.Equal(Enumerable.Range(0, count).Select(i => ((double)i, $"{i}")), found.Select(run => (run.Metrics.Single().Value, run.Params.Single().Value)));
}
