using MLOps.Testing;
using MLOps.Tracking.Storage;

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
            Assert.Equal(1L, Postgres.Scalar(uri, "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('mlops.mlops_registry_history')"));
            Assert.Equal("mlops", Postgres.Scalar(uri, "SELECT current_user::text"));
            Assert.Equal("public", Postgres.Scalar(uri, "SELECT current_schema()::text"));
            Assert.Equal("public", Postgres.Scalar(uri, "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass('experiments')"));
        }
    }

    [Fact]
    public async Task Open_OfADatabaseThatWasMadeBefore_MovesTheUserToo()
    {
        var uri = Postgres.Database(server);
        await using (PostgresDatabase.Open(uri, "artifacts", TimeProvider.System))
        {
        }

        Postgres.Scalar(uri, "DO $$ BEGIN EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I RESET search_path', current_database()); END $$");
        Assert.Equal("mlops", Postgres.Scalar(uri, "SELECT current_schema()::text"));
        await using var again = PostgresDatabase.Open(uri, "artifacts", TimeProvider.System);
        Assert.Equal("public", Postgres.Scalar(uri, "SELECT current_schema()::text"));
    }
}
