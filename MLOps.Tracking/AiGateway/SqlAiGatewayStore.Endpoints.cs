using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.AiGateway;

internal sealed partial class SqlAiGatewayStore
{
    private const string SelectEndpoints =
        "SELECT endpoint_id, name, routing_strategy, fallback_config_json, experiment_id, usage_tracking, created_by, created_at, last_updated_by, last_updated_at FROM endpoints WHERE workspace = 'default'";

    private const string SelectLinks =
        $"""
        SELECT {ModelColumns}, m.mapping_id, m.endpoint_id, m.linkage_type, m.weight, m.fallback_order, m.created_by, m.created_at
        FROM endpoint_model_mappings m JOIN model_definitions d ON d.model_definition_id = m.model_definition_id LEFT JOIN secrets s ON s.secret_id = d.secret_id
        """;

    /// <summary>Those that take the traffic before those to fall back on.</summary>
    private const string LinkOrder = " ORDER BY m.linkage_type DESC, m.fallback_order, m.created_at, m.mapping_id";

    public async Task<GatewayEndpoint> CreateEndpointAsync(CreateGatewayEndpoint command, CancellationToken cancellationToken = default)
    {
        var (name, user) = (Name(command.Name, "name"), User(command.CreatedBy));
        if (command.Models.Count == 0)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "Endpoint must have at least one model configuration");
        }

        var id = NewId("e");

        // Asked before the experiment is made, so that a refused endpoint leaves none; and again with the write.
        database.Read(session => Check(session, id, name, command.Models, command.ExperimentId));
        var experiment = command.ExperimentId ?? (command.UsageTracking ? await ExperimentAsync(name, id, cancellationToken) : null);
        return await database.WriteAsync(
            session =>
            {
                Check(session, id, name, command.Models, experiment);
                var now = Now();
                session.Execute(
                    """
                    INSERT INTO endpoints (endpoint_id, name, created_by, created_at, last_updated_by, last_updated_at, routing_strategy, fallback_config_json, experiment_id, usage_tracking, workspace)
                    VALUES ($0, $1, $2, $3, $2, $3, $4, $5, $6, $7, 'default')
                    """,
                    id,
                    name,
                    user,
                    now,
                    command.RoutingStrategy,
                    command.Fallback is not null || command.Models.Any(use => use.Linkage == GatewayModelUse.Fallback) ? Stored(command.Fallback, FallbackIds(command.Models)) : null,
                    experiment is null ? null : TraceRows.Experiment(experiment),
                    command.UsageTracking);
                foreach (var use in command.Models)
                {
                    Link(session, id, use, user, now);
                }

                return Endpoint(session, GatewayKey.Id(id));
            },
            cancellationToken);
    }

    public Task<GatewayEndpoint> GetEndpointAsync(GatewayKey key, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => Endpoint(session, key)));

    public async Task<GatewayEndpoint> UpdateEndpointAsync(string endpointId, UpdateGatewayEndpoint command, CancellationToken cancellationToken = default)
    {
        var (name, user) = (command.Name is null ? null : Name(command.Name, "name"), User(command.UpdatedBy));
        var before = database.Read(session =>
        {
            Check(session, endpointId, name, command.Models ?? [], command.ExperimentId);
            return Endpoint(session, GatewayKey.Id(endpointId));
        });
        var experiment = command.ExperimentId ?? (command.UsageTracking == true && before.ExperimentId is null
            ? await ExperimentAsync(name ?? before.Name ?? endpointId, endpointId, cancellationToken)
            : null);
        return await database.WriteAsync(
            session =>
            {
                var old = Endpoint(session, GatewayKey.Id(endpointId));
                Check(session, endpointId, name, command.Models ?? [], experiment);
                var now = After(old.LastUpdatedAt);
                session.Execute(
                    "UPDATE endpoints SET name = $0, usage_tracking = $1, experiment_id = $2, routing_strategy = $3, last_updated_by = $4, last_updated_at = $5 WHERE endpoint_id = $6",
                    name ?? old.Name,
                    command.UsageTracking ?? old.UsageTracking,
                    (experiment ?? old.ExperimentId) is { } kept ? TraceRows.Experiment(kept) : null,
                    command.RoutingStrategy ?? old.RoutingStrategy,
                    user ?? old.LastUpdatedBy,
                    now,
                    endpointId);
                if (command.Models is not null)
                {
                    session.Execute("DELETE FROM endpoint_model_mappings WHERE endpoint_id = $0", endpointId);
                    foreach (var use in command.Models)
                    {
                        Link(session, endpointId, use, user, now);
                    }
                }

                if (command.Models is not null || command.Fallback is not null)
                {
                    session.Execute(
                        "UPDATE endpoints SET fallback_config_json = $0 WHERE endpoint_id = $1",
                        Stored(command.Fallback, FallbackIds(command.Models ?? [.. old.Models.Select(link => link.Use)])),
                        endpointId);
                }

                return Endpoint(session, GatewayKey.Id(endpointId));
            },
            cancellationToken);
    }

    public Task DeleteEndpointAsync(string endpointId, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            EndpointId(session, GatewayKey.Id(endpointId));
            foreach (var table in (ReadOnlySpan<string>)["endpoint_model_mappings", "endpoint_bindings", "endpoint_tags", "guardrail_configs"])
            {
                session.Execute($"DELETE FROM {table} WHERE endpoint_id = $0", endpointId);
            }

            session.Execute("UPDATE guardrails SET action_endpoint_id = NULL WHERE action_endpoint_id = $0", endpointId);
            session.Execute("DELETE FROM endpoints WHERE endpoint_id = $0", endpointId);
        },
        cancellationToken);

    public Task<IReadOnlyList<GatewayEndpoint>> ListEndpointsAsync(string? provider, string? secretId, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<GatewayEndpoint>>(database.Read(session =>
    {
        var links = session.Query(SelectLinks + LinkOrder, ReadLink).ToLookup(link => link.EndpointId);
        var tags = session.Query("SELECT key, value, endpoint_id FROM endpoint_tags ORDER BY key", row => (Pair: Rows.Pair(row), Endpoint: row.GetString(2))).ToLookup(row => row.Endpoint, row => row.Pair);
        return session.Query(SelectEndpoints + " ORDER BY created_at, endpoint_id", ReadEndpoint)
            .ConvertAll(endpoint => endpoint with { Models = [.. links[endpoint.EndpointId]], Tags = [.. tags[endpoint.EndpointId]] })
            .FindAll(endpoint => (provider is null && secretId is null)
                || endpoint.Models.Any(link => (provider is null || link.Model.Provider == provider) && (secretId is null || link.Model.SecretId == secretId)));
    }));

    public Task<GatewayModelLink> AttachModelAsync(string endpointId, GatewayModelUse use, string? createdBy, CancellationToken cancellationToken = default)
    {
        var user = User(createdBy);
        return database.WriteAsync(
            session =>
            {
                EndpointId(session, GatewayKey.Id(endpointId));
                ModelId(session, GatewayKey.Id(use.ModelId));
                var now = Now();
                var id = Link(session, endpointId, use, user, now);
                session.Execute("UPDATE endpoints SET last_updated_at = $0, last_updated_by = COALESCE($1, last_updated_by) WHERE endpoint_id = $2", now, user, endpointId);
                return session.First(SelectLinks + " WHERE m.mapping_id = $0", ReadLink, id)!;
            },
            cancellationToken);
    }

    public Task DetachModelAsync(string endpointId, string modelId, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            EndpointId(session, GatewayKey.Id(endpointId));
            if (session.Execute("DELETE FROM endpoint_model_mappings WHERE endpoint_id = $0 AND model_definition_id = $1", endpointId, modelId) == 0)
            {
                throw new MLOpsException(ProblemCode.NotFound, $"Model definition '{modelId}' is not attached to endpoint '{endpointId}'");
            }
        },
        cancellationToken);

    public Task SetEndpointTagAsync(string endpointId, KeyValue tag, CancellationToken cancellationToken = default)
    {
        NameRules.MaxLength(tag.Key, "key", 250);
        NameRules.MaxLength(tag.Value, "value", 5000);
        return database.WriteAsync(
            session =>
            {
                EndpointId(session, GatewayKey.Id(endpointId));
                session.Execute(
                    "INSERT INTO endpoint_tags (key, value, endpoint_id) VALUES ($0, $1, $2) ON CONFLICT (key, endpoint_id) DO UPDATE SET value = excluded.value",
                    tag.Key,
                    tag.Value,
                    endpointId);
            },
            cancellationToken);
    }

    public Task DeleteEndpointTagAsync(string endpointId, string key, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            EndpointId(session, GatewayKey.Id(endpointId));
            session.Execute("DELETE FROM endpoint_tags WHERE endpoint_id = $0 AND key = $1", endpointId, key);
        },
        cancellationToken);

    private static string EndpointId(SqlSession session, GatewayKey key) => RequireId(session, "GatewayEndpoint", "endpoints", "endpoint_id", "name", key);

    private static GatewayEndpoint Endpoint(SqlSession session, GatewayKey key)
    {
        var id = EndpointId(session, key);
        return session.First(SelectEndpoints + " AND endpoint_id = $0", ReadEndpoint, id)! with
        {
            Models = session.Query(SelectLinks + " WHERE m.endpoint_id = $0" + LinkOrder, ReadLink, id),
            Tags = session.Query("SELECT key, value FROM endpoint_tags WHERE endpoint_id = $0 ORDER BY key", Rows.Pair, id),
        };
    }

    /// <summary>That the name is free and that what the endpoint refers to is there.</summary>
    private static bool Check(SqlSession session, string id, string? name, IReadOnlyList<GatewayModelUse> models, string? experimentId)
    {
        if (name is not null)
        {
            RequireFree(session, "Endpoint", "endpoints", "endpoint_id", "name", name, id);
        }

        var missing = models.Select(use => use.ModelId).Distinct()
            .Where(model => session.Scalar("SELECT 1 FROM model_definitions WHERE workspace = 'default' AND model_definition_id = $0", model) is null)
            .ToList();
        if (missing.Count > 0)
        {
            throw new MLOpsException(ProblemCode.NotFound, $"Model definitions not found: {string.Join(", ", missing)}");
        }

        return experimentId is null || session.Scalar("SELECT 1 FROM experiments WHERE workspace = 'default' AND experiment_id = $0", TraceRows.Experiment(experimentId)) is not null
            ? true
            : throw new MLOpsException(ProblemCode.NotFound, $"No Experiment with id={experimentId} exists");
    }

    /// <returns>The new link's id.</returns>
    private static string Link(SqlSession session, string endpointId, GatewayModelUse use, string? user, long now)
    {
        if (session.Scalar(
            "SELECT 1 FROM endpoint_model_mappings WHERE endpoint_id = $0 AND model_definition_id = $1 AND linkage_type = $2",
            endpointId,
            use.ModelId,
            use.Linkage) is not null)
        {
            throw new MLOpsException(ProblemCode.AlreadyExists, $"Model definition '{use.ModelId}' is already attached to endpoint '{endpointId}'");
        }

        var id = NewId("m");
        session.Execute(
            """
            INSERT INTO endpoint_model_mappings (mapping_id, endpoint_id, model_definition_id, weight, linkage_type, fallback_order, created_by, created_at)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7)
            """,
            id,
            endpointId,
            use.ModelId,
            (double)use.Weight,
            use.Linkage,
            use.FallbackOrder,
            user,
            now);
        return id;
    }

    private static GatewayModelLink ReadLink(DbDataReader row)
    {
        var model = ReadModel(row, 0);
        return new GatewayModelLink(
            row.GetString(10),
            row.GetString(11),
            model,
            new GatewayModelUse(model.ModelId, row.GetString(12), (float)row.GetDouble(13), Int(row, 14)),
            row.Text(15),
            row.GetInt64(16));
    }

    private static GatewayEndpoint ReadEndpoint(DbDataReader row) => new(
        row.GetString(0),
        row.Text(1),
        [],
        [],
        row.Text(2),
        Fallback(row.Text(3)),
        row.Long(4)?.ToString(CultureInfo.InvariantCulture),
        row.GetBoolean(5),
        row.Text(6),
        row.GetInt64(7),
        row.Text(8),
        row.GetInt64(9));

    private static GatewayFallback? Fallback(string? json) => PythonJson.TryParse(json) is { ValueKind: JsonValueKind.Object } stored
        ? new GatewayFallback(
            stored.TryGetProperty("strategy", out var strategy) && strategy.ValueKind == JsonValueKind.String ? PythonJson.Text(strategy) : null,
            stored.TryGetProperty("max_attempts", out var attempts) && attempts.ValueKind == JsonValueKind.Number && attempts.TryGetInt32(out var count) ? count : null)
        : null;

    private static string Stored(GatewayFallback? fallback, IEnumerable<string> modelIds) => PythonJson.Dump((KeyValuePair<string, object?>[])
    [
        new("strategy", fallback?.Strategy),
        new("max_attempts", (long?)fallback?.MaxAttempts),
        new("model_definition_ids", modelIds),
    ]);

    private static IEnumerable<string> FallbackIds(IEnumerable<GatewayModelUse> models) =>
        models.Where(use => use.Linkage == GatewayModelUse.Fallback).Select(use => use.ModelId);

    /// <summary>The experiment that an endpoint's traces go to; one that has the name already is taken, as MLflow does.</summary>
    private async Task<string> ExperimentAsync(string endpoint, string endpointId, CancellationToken cancellationToken)
    {
        var name = $"gateway/{endpoint}";
        try
        {
            return await tracking.CreateExperimentAsync(
                new CreateExperiment(
                    name,
                    null,
                    [new("mlflow.experiment.sourceType", "GATEWAY"), new("mlflow.experiment.sourceId", endpointId), new("mlflow.experiment.isGateway", "true")]),
                cancellationToken);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.AlreadyExists)
        {
            return (await tracking.GetExperimentByNameAsync(name, cancellationToken)).ExperimentId;
        }
    }
}
