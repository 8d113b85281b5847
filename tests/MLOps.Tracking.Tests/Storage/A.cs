using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;

namespace MLOps.Tracking.Tests.Storage;

/// <summary>Builders that fill in what a test is not about.</summary>
internal static class A
{
    public static string RunId() => Guid.NewGuid().ToString("n");

    public static CreateRun Run(string experimentId = "0", string? name = null, long start = 1, params KeyValue[] tags) => new(experimentId, name, "quant", start, tags);

    public static async Task<string> RunAsync(this ITrackingStore store, string experimentId = "0", long start = 1)
    {
        // An upstream server gives ids of its own.
        var run = await store.CreateRunAsync(RunId(), Run(experimentId, start: start), TestContext.Current.CancellationToken);
        return run.Info.RunId;
    }

    public static LogBatch Metric(string key, double value, long timestamp = 1, long step = 0) => LogBatch.OfMetric(new Metric(key, value, timestamp, step));

    public static SearchRuns Search(string? filter, params string[] orderBy) => new(["0"], filter, orderBy, ViewType.ActiveOnly, 1000, null);
}
