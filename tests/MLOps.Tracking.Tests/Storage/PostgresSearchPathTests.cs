using MLOps.Testing;
using MLOps.Tracking.Storage;
using Npgsql;

namespace MLOps.Tracking.Tests.Storage;

/// <summary>An MLflow server beside us connects as the same user and looks for its tables where PostgreSQL sends that user.</summary>
public sealed class PostgresSearchPathTests(PostgresServer server)
{
    [Fact]
    public async Task Open_ByAUserOfOurSchemasName_LeavesTheUserWhereMlflowsTablesAre()
    {
        var uri = Postgres.Database(server);
        for (var start = 0; start < 2; start++)
        {
            await using var database = PostgresDatabase.Open(uri, "artifacts", TimeProvider.System);
            Assert.Equal(1L, Scalar(uri, "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('mlops.mlops_registry_history')"));
            Assert.Equal("mlops", Scalar(uri, "SELECT current_user::text"));
            Assert.Equal("public", Scalar(uri, "SELECT current_schema()::text"));
            Assert.Equal("public", Scalar(uri, "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass('experiments')"));
        }
    }

    [Fact]
    public async Task Open_OfADatabaseThatWasMadeBefore_MovesTheUserToo()
    {
        var uri = Postgres.Database(server);
        await using (PostgresDatabase.Open(uri, "artifacts", TimeProvider.System))
        {
        }

        Scalar(uri, "DO $$ BEGIN EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I RESET search_path', current_database()); END $$");
        Assert.Equal("mlops", Scalar(uri, "SELECT current_schema()::text"));
        await using var again = PostgresDatabase.Open(uri, "artifacts", TimeProvider.System);
        Assert.Equal("public", Scalar(uri, "SELECT current_schema()::text"));
    }

    private static object? Scalar(string uri, string sql)
    {
        var settings = StoreUri.Postgres(uri);
        settings.Pooling = false;
        using var connection = new NpgsqlConnection(settings.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
