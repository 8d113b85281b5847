using MLOps.Contracts.Problems;
using MLOps.Testing;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Tests.Runs;
using MLOps.Tracking.Tests.Search;

namespace MLOps.Tracking.Tests.Storage;

/// <summary>A server that takes no connection, at the start and later.</summary>
public sealed class PostgresConnectTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Open_AServerWhoseNameDoesNotResolve_IsRefusedInOneLine()
    {
        var refusal = Assert.Throws<StoreOpenException>(() => PostgresDatabase.Open("postgresql://mlops@no-such-server.invalid/mlflow", "artifacts", TimeProvider.System));
        Assert.Contains("does not answer", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("no-such-server.invalid", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AnotherRevision_IsRefusedWithBothRevisionsAndTheRemedy()
    {
        var uri = Postgres.Database(server);
        await using (PostgresDatabase.Open(uri, "artifacts", TimeProvider.System))
        {
        }

        Postgres.Scalar(uri, "UPDATE alembic_version SET version_num = 'abc123'");
        var refusal = Assert.Throws<StoreOpenException>(() => PostgresDatabase.Open(uri, "artifacts", TimeProvider.System));
        Assert.Contains("abc123", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(SchemaScripts.MlflowRevision, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("mlflow db upgrade", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_WhileTheServerTakesNoConnection_IsUnavailable_AndAnswersAfterwards()
    {
        var uri = Postgres.Database(server);
        await using var store = new OpenStore(uri);
        var run = await store.Tracking.RunAsync();
        Assert.Equal(run, Name(store, run));

        var name = uri[(uri.LastIndexOf('/') + 1)..];
        Postgres.Scalar(uri, $"ALTER DATABASE {name} ALLOW_CONNECTIONS false", "postgres");
        Postgres.Scalar(uri, $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'", "postgres");
        var refusal = Assert.Throws<MLOpsException>(() => Name(store, run));
        Assert.Equal(ProblemCode.Unavailable, refusal.Code);

        Postgres.Scalar(uri, $"ALTER DATABASE {name} ALLOW_CONNECTIONS true", "postgres");
        Assert.Equal(run, Name(store, run));
    }

    [Fact]
    public async Task Search_ManyRunsWhileTheServerTakesNoFurtherConnection_GoesOnWithOneSession()
    {
        const int Count = 300;
        var uri = Postgres.Database(server);
        await using var store = new OpenStore(uri);
        await ManyRuns.LogAsync(store, Count);
        Assert.Equal(0, store.Database.Read(_ => 0));

        var name = uri[(uri.LastIndexOf('/') + 1)..];
        Postgres.Scalar(uri, $"ALTER DATABASE {name} ALLOW_CONNECTIONS false", "postgres");
        ManyRuns.AssertFound(Count, ManyRuns.Search(store.Database, Count));
        Assert.Equal(ProblemCode.Unavailable, Assert.Throws<MLOpsException>(() => TakeTwo()).Code);

        // What the search has used is there afterwards, whoever is refused.
        Postgres.Scalar(uri, $"ALTER DATABASE {name} ALLOW_CONNECTIONS true", "postgres");
        ManyRuns.AssertFound(Count, ManyRuns.Search(store.Database, Count));
        Postgres.Scalar(uri, $"ALTER DATABASE {name} ALLOW_CONNECTIONS false", "postgres");
        Assert.Equal(2, TakeTwo());

        int TakeTwo() => store.Database.Read(_ => store.Database.Read(_ => 2));
    }

    private static string? Name(OpenStore store, string run) => store.Database.Read(session => (string?)session.Scalar("SELECT run_uuid FROM runs WHERE run_uuid = $0", run));
}
