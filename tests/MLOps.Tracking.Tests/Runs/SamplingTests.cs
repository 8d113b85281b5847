using MLOps.Contracts.Runs;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Runs;

public class SamplingTests : StoreTests
{
    [Theory]
    [InlineData(5, new long[] { 0, 2, 4, 6, 8, 9 })]
    [InlineData(9, new long[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    [InlineData(10, new long[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    [InlineData(1, new long[] { 0, 9 })]
    public async Task Sample_OfTenSteps_IsSpreadEvenlyAndKeepsBothEnds(int maxSteps, long[] expected)
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await store.Tracking.RunAsync();
        await LogAsync(store, run, 0, 10);
        Assert.Equal(expected, await StepsAsync(store, new SampledHistory([run], "m", null, null, maxSteps), run));
    }

    [Fact]
    public async Task Sample_OfRunsOfDifferentLength_KeepsEachRunsEnds()
    {
        await using var store = new OpenStore(DatabaseUri());
        var (longer, shorter) = (await store.Tracking.RunAsync(), await store.Tracking.RunAsync());
        await LogAsync(store, longer, 0, 100);
        await LogAsync(store, shorter, 7, 20);
        var query = new SampledHistory([longer, shorter, "unknown"], "m", null, null, 4);
        Assert.Equal((long[])[0, 7, 25, 26, 50, 75, 99], await StepsAsync(store, query, longer));
        Assert.Equal((long[])[7, 25, 26], await StepsAsync(store, query, shorter));
        Assert.Empty(await StepsAsync(store, query, "unknown"));
        Assert.Equal((long[])[10, 12, 14, 16, 18, 20], await StepsAsync(store, query with { StartStep = 10, EndStep = 20, MaxSteps = 5 }, longer));
    }

    [Fact]
    public async Task Sample_OfAVeryLongCurve_IsSpreadEvenlyToo()
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await store.Tracking.RunAsync();
        const int Length = 60_000;
        await LogAsync(store, run, 0, Length);
        var steps = await StepsAsync(store, new SampledHistory([run], "m", null, null, 100), run);
        Assert.Equal([.. Enumerable.Range(0, 100).Select(i => (long)(i * (Length - 1.0) / 100)), Length - 1L], steps);
    }

    [Fact]
    public async Task Sample_OfAVeryLongCurveWithAHole_IsOfItsOwnSteps_HoweverOftenItIsAsked()
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await store.Tracking.RunAsync();
        await LogAsync(store, run, 0, 25_000);
        await LogAsync(store, run, 900_000, 25_000);
        var query = new SampledHistory([run], "m", null, null, 200);
        var first = await StepsAsync(store, query, run);
        Assert.All(first, step => Assert.True(step is (>= 0 and < 25_000) or (>= 900_000 and < 925_000), $"step {step} was never logged"));
        Assert.Equal(first.Distinct().Order(), first);
        Assert.Equal((0L, 924_999L), (first[0], first[^1]));
        Assert.InRange(first.Length, 8, 202);

        // PostgreSQL plans a statement anew once it has been prepared.
        for (var again = 0; again < 8; again++)
        {
            Assert.Equal(first, await StepsAsync(store, query, run));
        }
    }

    private static Task LogAsync(OpenStore store, string run, int first, int count) => store.Tracking.LogBatchAsync(
        run,
        new LogBatch([.. Enumerable.Range(first, count).Select(step => new Metric("m", step / 2.0, step, step))], [], []),
        Cancelled);

    private static async Task<long[]> StepsAsync(OpenStore store, SampledHistory query, string run) =>
        [.. (await store.Tracking.GetSampledHistoryAsync(query, Cancelled)).Single(history => history.RunId == run).Metrics.Select(metric => metric.Step)];
}
