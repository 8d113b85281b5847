using MLOps.Testing;

namespace MLOps.Silo.Tests.Runs;

public sealed class PostgresRunLeaseTests(PostgresServer server) : RunLeaseTests
{
    private string? _database;

    /// <summary>One database for the whole test, its restarts too.</summary>
    protected override string? DatabaseUri()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        return _database ??= server.CreateDatabase();
    }
}
