using Microsoft.Data.Sqlite;
using MLOps.Testing;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Tests.Traces;

namespace MLOps.Tracking.Tests.Storage;

public sealed class OpeningTests
{
    [Fact]
    public async Task Open_AbsentFile_MakesMlflowsSchemaAndTheDefaultExperiment()
    {
        await using var store = new OpenStore();
        Assert.Equal(SchemaScripts.MlflowRevision, Sql(store.Path, "SELECT version_num FROM alembic_version"));
        Assert.Equal("wal", Sql(store.Path, "PRAGMA journal_mode"));
        var experiment = await store.Tracking.GetExperimentAsync("0", TestContext.Current.CancellationToken);
        Assert.Equal(("Default", "mlflow-artifacts:/0"), (experiment.Name, experiment.ArtifactLocation));
    }

    [Fact]
    public async Task Schema_ComparedWithMlflows_HasEveryTableAndColumn()
    {
        await using var store = new OpenStore();
        foreach (var column in File.ReadLines(RepositoryRoot.Combine("tests", "data", "mlflow-schema.tsv"))
            .Where(line => !line.StartsWith('#') && !line.Contains('(', StringComparison.Ordinal))
            .Skip(1)
            .Select(line => line.Split('\t')))
        {
            Assert.Equal(1L, Sql(store.Path, $"SELECT COUNT(*) FROM pragma_table_info('{column[0]}') WHERE name = '{column[1]}'"));
        }
    }

    [Fact]
    public async Task Open_DatabaseFromBeforeTraces_MakesTheirTables()
    {
        await using var store = new OpenStore();
        await store.Database.WriteAsync(
            session =>
            {
                foreach (var table in (string[])["span_metrics", "spans", "assessments", "trace_metrics", "trace_request_metadata", "trace_tags", "trace_info"])
                {
                    session.Execute($"DROP TABLE {table}");
                }
            },
            TestContext.Current.CancellationToken);
        await store.RestartAsync();
        await store.Traces.StartTraceAsync(Make.Trace("tr-1"), TestContext.Current.CancellationToken);
        Assert.Equal("tr-1", (await store.Traces.GetTraceInfoAsync("tr-1", TestContext.Current.CancellationToken)).TraceId);
    }

    [Fact]
    public async Task Open_OtherRevision_IsRefusedWithBothRevisionsAndTheRemedy()
    {
        await using var store = new OpenStore();
        var other = store.Combine("other.db");
        using (var connection = new SqliteConnection($"Data Source={other};Pooling=False"))
        {
            connection.Open();
            Run(connection, "CREATE TABLE alembic_version (version_num VARCHAR(32)); INSERT INTO alembic_version VALUES ('abc123'); CREATE TABLE runs (x)");
        }

        var before = await File.ReadAllBytesAsync(other, TestContext.Current.CancellationToken);
        var refusal = Assert.Throws<StoreOpenException>(() => SqliteDatabase.Open(other, "mlflow-artifacts:/", TimeProvider.System));
        Assert.Contains("abc123", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(SchemaScripts.MlflowRevision, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("mlflow db upgrade", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(other, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(9000)]
    [InlineData(50)]
    public async Task Open_Garbage_IsRefusedAndLeftAlone(int length)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("mlflow.db");
        var garbage = Enumerable.Range(0, length).Select(i => (byte)(i * 31)).ToArray();
        await File.WriteAllBytesAsync(path, garbage, TestContext.Current.CancellationToken);
        var refusal = Assert.Throws<StoreOpenException>(() => SqliteDatabase.Open(path, "mlflow-artifacts:/", TimeProvider.System));
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Equal(garbage, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Open_AgainAfterWrites_FindsThem()
    {
        await using var store = new OpenStore();
        var run = await store.Tracking.RunAsync();
        await store.Tracking.LogBatchAsync(run, A.Metric("loss", 0.5), TestContext.Current.CancellationToken);
        await store.RestartAsync();
        Assert.Equal(0.5, Assert.Single((await store.Tracking.GetRunAsync(run, TestContext.Current.CancellationToken)).Metrics).Value);
    }

    private static object? Sql(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
