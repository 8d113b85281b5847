using MLOps.Testing;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Tests.AiGateway;
using MLOps.Tracking.Tests.EvaluationDatasets;
using MLOps.Tracking.Tests.Housekeeping;
using MLOps.Tracking.Tests.Issues;
using MLOps.Tracking.Tests.LoggedModels;
using MLOps.Tracking.Tests.Models;
using MLOps.Tracking.Tests.Runs;
using MLOps.Tracking.Tests.Scorers;
using MLOps.Tracking.Tests.Search;
using MLOps.Tracking.Tests.Search.Grammar;
using MLOps.Tracking.Tests.Traces;
using MLOps.Tracking.Tests.Webhooks;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace MLOps.Tracking.Tests.Storage;

/// <summary>An empty database on the tests' own server, or the reason why the test is skipped.</summary>
internal static class Postgres
{
    public static string Database(PostgresServer server)
    {
        if (PostgresServer.Missing is { } reason)
        {
            Assert.Skip(reason);
        }

        return server.CreateDatabase();
    }

    /// <summary>One statement by a connection of its own, past the store.</summary>
    /// <param name="database">Another of the same server.</param>
    public static object? Scalar(string uri, string sql, string? database = null)
    {
        var settings = StoreUri.Postgres(uri);
        settings.Database = database ?? settings.Database;
        settings.Pooling = false;
        using var connection = new NpgsqlConnection(settings.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}

public sealed class PostgresGroupCommitTests(PostgresServer server) : GroupCommitTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresStateStoreTests(PostgresServer server) : StateStoreTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresServingStoreTests(PostgresServer server) : ServingStoreTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresReminderStoreTests(PostgresServer server) : ReminderStoreTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresPurgeStoreTests(PostgresServer server) : PurgeStoreTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresRegistryTests(PostgresServer server) : RegistryTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresRegistryHistoryTests(PostgresServer server) : RegistryHistoryTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresRunSearchPropertyTests(PostgresServer server) : RunSearchPropertyTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresRunGrammarTests(PostgresServer server) : RunGrammarTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresExperimentGrammarTests(PostgresServer server) : ExperimentGrammarTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresRegisteredModelGrammarTests(PostgresServer server) : RegisteredModelGrammarTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresModelVersionGrammarTests(PostgresServer server) : ModelVersionGrammarTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresLoggedModelGrammarTests(PostgresServer server) : LoggedModelGrammarTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresEvaluationDatasetGrammarTests(PostgresServer server) : EvaluationDatasetGrammarTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresTraceGrammarTests(PostgresServer server) : TraceGrammarTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresRunSearchPathTests(PostgresServer server) : RunSearchPathTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresLogTests(PostgresServer server) : LogTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresLoggedModelTests(PostgresServer server) : LoggedModelTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresSilenceTests(PostgresServer server) : SilenceTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresTrialsTests(PostgresServer server) : TrialsTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresSamplingTests(PostgresServer server) : SamplingTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresWebhookStoreTests(PostgresServer server) : WebhookStoreTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresOutboxTests(PostgresServer server) : OutboxTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresTraceTests(PostgresServer server) : TraceTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresTraceSearchTests(PostgresServer server) : TraceSearchTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresSpanTests(PostgresServer server) : SpanTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresAssessmentTests(PostgresServer server) : AssessmentTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresTraceMetricsTests(PostgresServer server) : TraceMetricsTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresEvaluationDatasetTests(PostgresServer server) : EvaluationDatasetTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresScorerTests(PostgresServer server) : ScorerTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresIssueTests(PostgresServer server) : IssueTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}

public sealed class PostgresAiGatewayTests(PostgresServer server) : AiGatewayTests
{
    protected override string? DatabaseUri() => Postgres.Database(server);
}
