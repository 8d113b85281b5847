using System.Globalization;
using CsCheck;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Runs;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Search;

/// <summary>From whichever end a search looks for its rows, it finds the same, in the same order.</summary>
public class RunSearchPathTests : StoreTests
{
    private static readonly RunSearchLimits Straight = new(int.MaxValue - 1, 0, 0);
    private static readonly RunSearchLimits ByFilter = new(0, int.MaxValue - 1, 0);
    private static readonly RunSearchLimits ByOrder = new(0, -1, 0);

    private static readonly double[] Numbers = [-1, 0, 0.5, 2, double.NaN];

    private static readonly Gen<(double? A, double? B, bool Elsewhere)[]> Runs =
        Gen.Select(Number(), Number(), Gen.Int[0, 4].Select(i => i == 0)).Array[1, 40];

    private static readonly Gen<string> Filters = Gen.OneOf(
        Gen.Const(string.Empty),
        Gen.Select(Gen.OneOf("a", "b"), Gen.OneOf("=", "!=", "<", ">="), Gen.OneOf(0, 0.5, 2.0)).Select((key, comparator, number) =>
            string.Create(CultureInfo.InvariantCulture, $"metrics.{key} {comparator} {number}")),
        Gen.Const("metrics.a > -2 AND metrics.b <= 2 AND attributes.status = 'RUNNING'"));

    private static readonly Gen<string[]> Orders = Gen.OneOf(
        Gen.OneOf("metrics.a DESC", "metrics.a ASC", "metrics.b", "start_time ASC").Select(order => new[] { order }),
        Gen.Const<string[]>(["metrics.b DESC", "metrics.a ASC"]),
        Gen.Const<string[]>(["start_time DESC", "metrics.a ASC"]));

    [Fact]
    public async Task Search_FromEveryEnd_FindsTheSameRowsInTheSameOrder() => await Gen.Select(Runs, Gen.Select(Filters, Orders, Gen.Int[1, 4], Gen.Int[0, 3]).Array[8]).SampleAsync(
        async (runs, searches) =>
        {
            await using var store = new OpenStore(DatabaseUri());
            var elsewhere = await store.Tracking.CreateExperimentAsync(new CreateExperiment("elsewhere", null, []), TestContext.Current.CancellationToken);
            foreach (var (run, i) in runs.Select((run, i) => (run, i)))
            {
                var id = await store.Tracking.RunAsync(run.Elsewhere ? elsewhere : "0", start: i % 3);
                await LogAsync(store.Tracking, id, "a", run.A);
                await LogAsync(store.Tracking, id, "b", run.B);
            }

            foreach (var (filter, order, size, page) in searches)
            {
                var query = new SearchRuns(["0"], filter, order, ViewType.ActiveOnly, size, PageToken.At(page * size));
                var expected = await FindAsync(store.Database, Straight, query);
                Assert.Equal(expected, await FindAsync(store.Database, ByFilter, query));
                Assert.Equal(expected, await FindAsync(store.Database, ByOrder, query));
            }
        },
        iter: 12,
        threads: 1);

    /// <summary>Two sessions read a page so large, or one where no other is free.</summary>
    [Fact]
    public async Task Search_ManyRuns_EachHasItsOwnData()
    {
        const int Count = 300;
        await using var store = new OpenStore(DatabaseUri());
        await ManyRuns.LogAsync(store, Count);
        int Free() => store.Database.TryRead(_ => Free(), out var more) ? more + 1 : 0;
        T Holding<T>(int sessions, Func<T> work) => sessions == 0 ? work() : store.Database.Read(_ => Holding(sessions - 1, work));

        Assert.True(Free() >= 2);
        ManyRuns.AssertFound(Count, ManyRuns.Search(store.Database, Count));
        ManyRuns.AssertFound(Count, Holding(Free() - 1, () => ManyRuns.Search(store.Database, Count)));
    }

    [Fact]
    public async Task Search_WithoutOurIndexes_GoesTheStraightWay()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Database.WriteAsync(session => session.Execute("DROP INDEX mlops_latest_metrics_value"), TestContext.Current.CancellationToken);
        var id = await store.Tracking.RunAsync();
        await LogAsync(store.Tracking, id, "a", 1);

        var found = await FindAsync(store.Database, ByOrder, A.Search("metrics.a > 0", "metrics.a DESC"));

        Assert.Equal(id + ", next page: none", found);
    }

    private static async Task<string> FindAsync(SqlDatabase database, RunSearchLimits limits, SearchRuns query)
    {
        var page = await new SqlTrackingStore(database, "mlflow-artifacts:", TimeProvider.System, limits).SearchRunsAsync(query, TestContext.Current.CancellationToken);
        return $"{string.Join(' ', page.Items.Select(run => run.Info.RunId))}, next page: {page.NextPageToken ?? "none"}";
    }

    private static async Task LogAsync(ITrackingStore store, string run, string key, double? value)
    {
        if (value is { } given)
        {
            await store.LogBatchAsync(run, A.Metric(key, given), TestContext.Current.CancellationToken);
        }
    }

    private static Gen<double?> Number() => Gen.Int[0, Numbers.Length].Select(i => i == Numbers.Length ? (double?)null : Numbers[i]);
}
