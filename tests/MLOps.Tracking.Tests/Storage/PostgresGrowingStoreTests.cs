using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Testing;
using MLOps.Tracking.Tests.Runs;

namespace MLOps.Tracking.Tests.Storage;

/// <summary>
/// The writing connection keeps its statements' plans, and PostgreSQL makes them when the store is empty: reading a table to its end is cheapest then.
/// Until the next ANALYZE they would be used on a store that has grown. What was read is counted, so that no clock decides.
/// </summary>
public sealed class PostgresGrowingStoreTests(PostgresServer server)
{
    private const int Grown = 5_000;
    private const int Writes = 12;

    /// <summary>For a row or two PostgreSQL makes a plan each time.</summary>
    private const int Rows = 12;

    [Fact]
    public async Task Write_ToAStoreThatHasGrownSinceItsPlansWereMade_ReadsNeitherATableNorARunToItsEnd()
    {
        var uri = Postgres.Database(server);
        await using (var store = new OpenStore(uri))
        {
            foreach (var table in (string[])["experiments", "runs", "metrics", "latest_metrics", "params", "tags"])
            {
                Postgres.Scalar(uri, $"ALTER TABLE {table} SET (autovacuum_enabled = false)");
            }

            var run = await store.Tracking.RunAsync();
            await WriteAsync(store, run, "before");
            Postgres.Scalar(uri, $"INSERT INTO experiments (name, artifact_location, lifecycle_stage, creation_time, last_update_time) SELECT 'e' || i, 'x', 'active', 0, 0 FROM generate_series(1, {Grown}) AS i");
            Postgres.Scalar(uri, $"INSERT INTO runs (run_uuid, experiment_id, lifecycle_stage, status) SELECT md5(i::text), (SELECT experiment_id FROM runs WHERE run_uuid = '{run}'), 'active', 'RUNNING' FROM generate_series(1, {Grown}) AS i");
            Postgres.Scalar(uri, $"INSERT INTO metrics (run_uuid, key, value, timestamp, step, is_nan) SELECT md5(i::text), 'm', 0, i, 0, false FROM generate_series(1, {Grown}) AS i");
            Postgres.Scalar(uri, $"INSERT INTO latest_metrics (run_uuid, key, value, timestamp, step, is_nan) SELECT md5(i::text), 'm', 0, i, 0, false FROM generate_series(1, {Grown}) AS i");
            Postgres.Scalar(uri, $"INSERT INTO params (run_uuid, key, value) SELECT md5(i::text), 'p', 'v' FROM generate_series(1, {Grown}) AS i");
            Postgres.Scalar(uri, $"INSERT INTO tags (run_uuid, key, value) SELECT md5(i::text), 't', 'v' FROM generate_series(1, {Grown}) AS i");
            Postgres.Scalar(uri, $"INSERT INTO params (run_uuid, key, value) SELECT '{run}', 'grown' || i, 'v' FROM generate_series(1, {Grown}) AS i");
            await WriteAsync(store, run, "after");
        }

        await WaitForWritesAsync(uri, Grown + (2 * Writes));
        Assert.Equal(string.Empty, Postgres.Scalar(uri, $"SELECT COALESCE(STRING_AGG(relname || ' ' || seq_tup_read || ' ' || idx_tup_fetch, ', '), '') FROM pg_stat_user_tables WHERE seq_tup_read >= {Grown} OR (relname = 'params' AND idx_tup_fetch >= {Grown})"));
    }

    private static async Task WriteAsync(OpenStore store, string run, string name)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        for (var write = 0; write < Writes; write++)
        {
            await store.Tracking.LogBatchAsync(run, new LogBatch([new Metric(name, write, write, write)], [], []), cancellationToken);
            await store.Tracking.LogBatchAsync(run, new LogBatch([], [.. Enumerable.Range(0, Rows).Select(row => new KeyValue($"{name}{write}-{row}", "v"))], []), cancellationToken);
            await store.Tracking.LogBatchAsync(run, LogBatch.OfTag($"{name}{write}", "v"), cancellationToken);
            await store.Tracking.RunAsync();
        }
    }

    /// <summary>A connection's counts are there once it is closed.</summary>
    private static async Task WaitForWritesAsync(string uri, long metrics)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddMinutes(1);
        while (Postgres.Scalar(uri, "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'metrics'") is not long counted || counted < metrics)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, string.Create(CultureInfo.InvariantCulture, $"PostgreSQL has not counted {metrics} metrics written"));
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
