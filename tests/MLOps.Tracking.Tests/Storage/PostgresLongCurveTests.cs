using System.Globalization;
using MLOps.Contracts.Runs;
using MLOps.Testing;
using MLOps.Tracking.Tests.Runs;

namespace MLOps.Tracking.Tests.Storage;

/// <summary>
/// PostgreSQL plans a prepared statement for the average curve, which has one point, and has read long ones to their end for it, for seconds.
/// What it read is counted here, so that no clock decides.
/// </summary>
public sealed class PostgresLongCurveTests(PostgresServer server)
{
    private const int Length = 100_000;
    private const int Calls = 12;
    private const int StepsThatShowALongCurve = 20_001;

    [Fact]
    public async Task Sample_OfALongCurve_AskedAgainAndAgain_ReadsFewRows()
    {
        var uri = Postgres.Database(server);
        string run;
        await using (var store = new OpenStore(uri))
        {
            run = await store.Tracking.RunAsync();
            foreach (var steps in Enumerable.Range(0, Length).Chunk(50_000))
            {
                await store.Tracking.LogBatchAsync(run, new LogBatch([.. steps.Select(step => new Metric("m", step, step, step))], [], []), TestContext.Current.CancellationToken);
            }
        }

        // A thousand runs with a hundred metrics of one point: the average that misleads.
        Postgres.Scalar(uri, $"INSERT INTO runs (run_uuid, experiment_id, lifecycle_stage) SELECT md5(i::text), (SELECT experiment_id FROM runs WHERE run_uuid = '{run}'), 'active' FROM generate_series(1, 1000) AS i");
        Postgres.Scalar(uri, "INSERT INTO metrics (run_uuid, key, value, timestamp, step, is_nan) SELECT md5(i::text), 'm' || k, k, i, 0, false FROM generate_series(1, 1000) AS i, generate_series(1, 100) AS k");
        Postgres.Scalar(uri, "VACUUM (ANALYZE) metrics");
        var before = await RowsReadAsync(uri, 0);
        await using (var store = new OpenStore(uri))
        {
            for (var call = 0; call < Calls; call++)
            {
                var points = (await store.Tracking.GetSampledHistoryAsync(new SampledHistory([run], "m", null, null, 100), TestContext.Current.CancellationToken)).Single().Metrics;
                Assert.Equal((0L, Length - 1L), (points[0].Step, points[^1].Step));
            }
        }

        // A connection's counts are there once it is closed: at least one row for each point of each call.
        var read = await RowsReadAsync(uri, before + (Calls * 100)) - before;
        Assert.InRange(read, Calls * 100, Calls * (StepsThatShowALongCurve + 1_000));
    }

    private static async Task<long> RowsReadAsync(string uri, long atLeast)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddMinutes(1);
        var (last, same) = (-1L, 0);
        while (same < 3)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, string.Create(CultureInfo.InvariantCulture, $"PostgreSQL counts {last} rows read of the metrics' indexes; waited for {atLeast}"));
            await Task.Delay(100, TestContext.Current.CancellationToken);
            var now = Postgres.Scalar(uri, "SELECT COALESCE(SUM(idx_tup_read), 0)::bigint FROM pg_stat_user_indexes WHERE relname = 'metrics'") as long? ?? 0;
            same = now == last && now >= atLeast ? same + 1 : 0;
            last = now;
        }

        return last;
    }
}
