using System.Data.Common;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.AiGateway;

/// <summary>The AI gateway's configuration on MLflow's schema.</summary>
/// <param name="database">The open database.</param>
/// <param name="tracking">Makes the experiments that endpoints trace to.</param>
/// <param name="secrets">Encrypts.</param>
/// <param name="clock">Source of times.</param>
internal sealed partial class SqlAiGatewayStore(SqlDatabase database, ITrackingStore tracking, GatewaySecrets secrets, TimeProvider clock) : IAiGatewayStore
{
    private const int MaxName = 255;
    private const int MaxProvider = 64;
    private const int MaxUser = 255;

    private static string NewId(string prefix) => $"{prefix}-{Guid.NewGuid():n}";

    private static string Name(string name, string what) => NameRules.MaxLength(name, what, MaxName);

    private static string? Provider(string? provider) => provider is null ? null : NameRules.MaxLength(provider, "provider", MaxProvider);

    private static string? User(string? user) => user is null ? null : NameRules.MaxLength(user, "user", MaxUser);

    /// <returns>The id of the row that the key names.</returns>
    private static string RequireId(SqlSession session, string entity, string table, string idColumn, string nameColumn, GatewayKey key)
    {
        var column = key.IsName ? nameColumn : idColumn;
        return session.Scalar($"SELECT {idColumn} FROM {table} WHERE workspace = 'default' AND {column} = $0", key.Value) as string
            ?? throw new MLOpsException(ProblemCode.NotFound, $"{entity} not found ({column}='{key.Value}')");
    }

    /// <exception cref="MLOpsException">AlreadyExists: another row has the name.</exception>
    private static void RequireFree(SqlSession session, string what, string table, string idColumn, string nameColumn, string name, string id)
    {
        if (session.Scalar($"SELECT 1 FROM {table} WHERE workspace = 'default' AND {nameColumn} = $0 AND {idColumn} <> $1", name, id) is not null)
        {
            throw new MLOpsException(ProblemCode.AlreadyExists, $"{what} with name '{name}' already exists");
        }
    }

    /// <summary>A JSON object of texts.</summary>
    private static IReadOnlyList<KeyValue> Pairs(string? json) => PythonJson.TryParse(json) is { ValueKind: System.Text.Json.JsonValueKind.Object } members
        ? [.. members.EnumerateObject().Select(member => new KeyValue(member.Name, member.Value.ValueKind == System.Text.Json.JsonValueKind.String ? PythonJson.Text(member.Value) : member.Value.GetRawText()))]
        : [];

    private static string Dump(IEnumerable<KeyValue> pairs) => PythonJson.Dump(pairs.Select(pair => KeyValuePair.Create(pair.Key, (object?)pair.Value)));

    private static int? Int(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    /// <summary>An update is later than what it changes, even within one millisecond: clients compare.</summary>
    private long After(long earlier) => Math.Max(Now(), earlier + 1);

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
