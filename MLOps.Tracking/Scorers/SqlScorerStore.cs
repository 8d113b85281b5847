using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Scorers;

/// <summary>Scorers on MLflow's schema. A gateway endpoint is kept by its id, so that it can be renamed, and shown by its name.</summary>
/// <param name="database">The open database.</param>
/// <param name="clock">Source of times.</param>
internal sealed partial class SqlScorerStore(SqlDatabase database, TimeProvider clock) : IScorerStore
{
    private const string Versions =
        "SELECT s.scorer_id, s.experiment_id, s.scorer_name, v.scorer_version, v.serialized_scorer, v.creation_time FROM scorers s JOIN scorer_versions v ON v.scorer_id = s.scorer_id";

    public Task<ScorerVersion> RegisterAsync(string experimentId, string name, string serialized, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "Scorer name cannot be empty or contain only whitespace.");
        }

        var scorer = Parse(serialized) ?? throw new MLOpsException(ProblemCode.InvalidArgument, "serialized_scorer must be valid JSON");
        RequireModel(ScorerModel.Find(scorer));
        var endpoint = ScorerModel.Endpoint(scorer);
        return database.WriteAsync(
            session =>
            {
                var experiment = RequireActive(session, experimentId);
                var endpointId = endpoint is null
                    ? null
                    : session.Scalar("SELECT endpoint_id FROM endpoints WHERE workspace = 'default' AND name = $0", endpoint) as string
                        ?? throw new MLOpsException(ProblemCode.NotFound, $"GatewayEndpoint not found (name='{endpoint}')");
                var scorerId = Find(session, experiment, name);
                if (scorerId is null)
                {
                    scorerId = Guid.NewGuid().ToString();
                    session.Execute("INSERT INTO scorers (experiment_id, scorer_name, scorer_id) VALUES ($0, $1, $2)", experiment, name, scorerId);
                }

                var version = 1 + (int)(long)session.Scalar("SELECT COALESCE(MAX(scorer_version), 0) FROM scorer_versions WHERE scorer_id = $0", scorerId)!;
                var now = Now();
                session.Execute(
                    "INSERT INTO scorer_versions (scorer_id, scorer_version, serialized_scorer, creation_time) VALUES ($0, $1, $2, $3)",
                    scorerId,
                    version,
                    endpointId is null ? serialized : ScorerModel.WithEndpoint(scorer, endpointId),
                    now);
                if (endpointId is not null)
                {
                    Bind(session, endpointId, scorerId, name, now);
                }

                return new ScorerVersion(scorerId, experimentId, name, version, serialized, now);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<ScorerVersion>> ListAsync(string experimentId, CancellationToken cancellationToken = default) => Task.FromResult(database.Read(session => WithEndpoints(session, session.Query(
        $"{Versions} WHERE s.experiment_id = $0 AND v.scorer_version = (SELECT MAX(n.scorer_version) FROM scorer_versions n WHERE n.scorer_id = s.scorer_id) ORDER BY s.scorer_name",
        Read,
        RequireActive(session, experimentId)))));

    public Task<IReadOnlyList<ScorerVersion>> ListVersionsAsync(string experimentId, string name, CancellationToken cancellationToken = default) => Task.FromResult(database.Read(session =>
        session.Query($"{Versions} WHERE s.experiment_id = $0 AND s.scorer_name = $1 ORDER BY v.scorer_version", Read, RequireActive(session, experimentId), name) is { Count: > 0 } versions
            ? WithEndpoints(session, versions)
            : throw Missing(experimentId, name, null)));

    public Task<ScorerVersion> GetAsync(string experimentId, string name, int? version, CancellationToken cancellationToken = default) => Task.FromResult(database.Read(session =>
    {
        var found = session.Query($"{Versions} WHERE s.experiment_id = $0 AND s.scorer_name = $1 ORDER BY v.scorer_version DESC", Read, RequireActive(session, experimentId), name)
            .Find(candidate => version is null || candidate.Version == version);
        return found is null ? throw Missing(experimentId, name, version) : WithEndpoints(session, [found])[0];
    }));

    public Task DeleteAsync(string experimentId, string name, int? version, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var scorerId = Find(session, RequireActive(session, experimentId), name) ?? throw Missing(experimentId, name, null);
            var deleted = version is { } one
                ? session.Execute("DELETE FROM scorer_versions WHERE scorer_id = $0 AND scorer_version = $1", scorerId, one)
                : session.Execute("DELETE FROM scorer_versions WHERE scorer_id = $0", scorerId);
            if (deleted == 0)
            {
                throw Missing(experimentId, name, version);
            }

            if (version is null)
            {
                session.Execute("DELETE FROM endpoint_bindings WHERE resource_type = 'scorer' AND resource_id = $0", scorerId);
                session.Execute("DELETE FROM online_scoring_configs WHERE scorer_id = $0", scorerId);
                session.Execute("DELETE FROM scorers WHERE scorer_id = $0", scorerId);
            }
        },
        cancellationToken);

    private static void Bind(SqlSession session, string endpointId, string scorerId, string name, long now)
    {
        session.Execute("DELETE FROM endpoint_bindings WHERE resource_type = 'scorer' AND resource_id = $0", scorerId);
        session.Execute(
            "INSERT INTO endpoint_bindings (endpoint_id, resource_type, resource_id, display_name, created_at, last_updated_at) VALUES ($0, 'scorer', $1, $2, $3, $3)",
            endpointId,
            scorerId,
            name,
            now);
    }

    /// <summary>Endpoint ids as names; an endpoint that is gone leaves no model.</summary>
    private static IReadOnlyList<ScorerVersion> WithEndpoints(SqlSession session, IReadOnlyList<ScorerVersion> versions) => [.. versions.Select(version =>
        Parse(version.Serialized) is { } scorer && ScorerModel.Endpoint(scorer) is { } endpoint
            ? version with { Serialized = ScorerModel.WithEndpoint(scorer, session.Scalar("SELECT name FROM endpoints WHERE endpoint_id = $0", endpoint) as string) }
            : version)];

    private static string? Find(SqlSession session, long experiment, string name) =>
        session.Scalar("SELECT scorer_id FROM scorers WHERE experiment_id = $0 AND scorer_name = $1", experiment, name) as string;

    private static long RequireActive(SqlSession session, string experimentId)
    {
        var experiment = TraceRows.Experiment(experimentId);
        return (session.Scalar("SELECT lifecycle_stage FROM experiments WHERE workspace = 'default' AND experiment_id = $0", experiment) as string) switch
        {
            "active" => experiment,
            null => throw new MLOpsException(ProblemCode.NotFound, $"No Experiment with id={experimentId} exists"),
            var stage => throw new MLOpsException(ProblemCode.InvalidArgument, $"The experiment {experimentId} must be in the 'active' state. Current state is {stage}."),
        };
    }

    private static void RequireModel(JsonElement model)
    {
        if (model.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.String))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "Scorer model must be a string.");
        }

        if (model.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(PythonJson.Text(model)))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "Scorer model cannot be empty or contain only whitespace.");
        }
    }

    private static JsonElement? Parse(string serialized) => PythonJson.TryParse(serialized) is { ValueKind: JsonValueKind.Object } scorer ? scorer : null;

    private static ScorerVersion Read(DbDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1).ToString(CultureInfo.InvariantCulture),
        row.GetString(2),
        row.GetInt32(3),
        row.GetString(4),
        row.Long(5) ?? 0);

    private static MLOpsException Missing(string experimentId, string name, int? version) => new(
        ProblemCode.NotFound,
        string.Create(CultureInfo.InvariantCulture, $"Scorer with name '{name}'{(version is null ? string.Empty : $" and version {version}")} not found for experiment {experimentId}."));

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
