using MLOps.Testing;

namespace MLOps.Silo.Tests.Housekeeping;

public sealed class PostgresPurgeTests(PostgresServer server) : PurgeTests
{
    private string? _database;

    /// <summary>One database for the whole test, its restarts too.</summary>
    protected override string? DatabaseUri()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        return _database ??= server.CreateDatabase();
    }
}
