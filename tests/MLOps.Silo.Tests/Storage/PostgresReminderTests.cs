using MLOps.Testing;

namespace MLOps.Silo.Tests.Storage;

public sealed class PostgresReminderTests(PostgresServer server) : ReminderTests
{
    private string? _database;

    /// <summary>One database for the whole test, its restarts too.</summary>
    protected override string? DatabaseUri()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        return _database ??= server.CreateDatabase();
    }
}
