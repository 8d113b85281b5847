using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Webhooks;

namespace MLOps.Tracking.Models;

/// <summary>Registered models on MLflow's schema. What changes raises webhook events in the same transaction.</summary>
/// <param name="signal">Wakes the delivery of those events; null: they wait until it looks by itself.</param>
internal sealed partial class SqlModelRegistryStore(SqlDatabase database, TimeProvider clock, WebhookSignal? signal = null) : IModelRegistryStore
{
    private readonly RegistryEvents _events = new(clock, signal);

    public Task<RegisteredModel> CreateRegisteredModelAsync(string name, string? description, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            if (Exists(session, name))
            {
                throw Taken(name);
            }

            session.Execute(
                "INSERT INTO registered_models (name, creation_time, last_updated_time, description, workspace) VALUES ($0, $1, $1, $2, 'default')",
                name,
                Now(),
                description);
            foreach (var tag in tags)
            {
                WriteTag(session, name, tag.Key, tag.Value);
            }

            _events.ModelCreated(session, name, description, tags);
            return Model(session, name);
        },
        cancellationToken);

    public Task<RegisteredModel> GetRegisteredModelAsync(string name, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => Model(session, name)));

    public Task<RegisteredModel> UpdateRegisteredModelAsync(string name, string? description, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Require(session, name);
            session.Execute("UPDATE registered_models SET description = $0, last_updated_time = $1 WHERE workspace = 'default' AND name = $2", description, Now(), name);
            return Model(session, name);
        },
        cancellationToken);

    public Task<RegisteredModel> RenameRegisteredModelAsync(string name, string newName, ChangeNote? note = null, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Lock(session, name);
            if (newName != name && Exists(session, newName))
            {
                throw Taken(newName);
            }

            // Versions, tags and aliases follow by ON UPDATE CASCADE; version tags hang on the versions.
            var now = Now();
            session.Execute("UPDATE registered_models SET name = $0, last_updated_time = $1 WHERE workspace = 'default' AND name = $2", newName, now, name);
            session.Execute("UPDATE model_versions SET last_updated_time = $0 WHERE workspace = 'default' AND name = $1", now, newName);
            if (newName != name)
            {
                History(session, name, note).Renamed(newName);
            }

            return Model(session, newName);
        },
        cancellationToken);

    public Task DeleteRegisteredModelAsync(string name, ChangeNote? note = null, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Lock(session, name);
            AppendDeletion(session, name, note);
            foreach (var table in (ReadOnlySpan<string>)["registered_model_aliases", "model_version_tags", "model_versions", "registered_model_tags", "registered_models"])
            {
                session.Execute($"DELETE FROM {table} WHERE workspace = 'default' AND name = $0", name);
            }
        },
        cancellationToken);

    public Task SetRegisteredModelTagAsync(string name, string key, string value, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Require(session, name);
            WriteTag(session, name, key, value);
            _events.ModelTagChanged(session, name, key, value);
        },
        cancellationToken);

    public Task DeleteRegisteredModelTagAsync(string name, string key, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Require(session, name);
            session.Execute("DELETE FROM registered_model_tags WHERE workspace = 'default' AND name = $0 AND key = $1", name, key);
            _events.ModelTagChanged(session, name, key, value: null);
        },
        cancellationToken);

    public Task<Page<RegisteredModel>> SearchRegisteredModelsAsync(SearchModels query, CancellationToken cancellationToken = default)
    {
        var offset = PageToken.Offset(query.PageToken);
        var sql = ModelSearch.Models(query, offset, database.Dialect);
        return Task.FromResult(database.Read(session =>
        {
            var page = PageToken.Page(session.Query(sql.Text, RegisteredModelColumns.Read, sql.Arguments), offset, query.MaxResults);
            return page with { Items = [.. page.Items.Select(model => WithLatest(session, model))] };
        }));
    }

    public Task<long> CountAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => (long)session.Scalar("SELECT COUNT(*) FROM registered_models WHERE workspace = 'default'")!));

    public Task SetAliasAsync(string name, string alias, int version, ChangeNote? note = null, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            TryLock(session, name);
            Version(session, name, version);
            var before = AliasVersion(session, name, alias);
            session.Execute(
                "INSERT INTO registered_model_aliases (alias, version, name, workspace) VALUES ($0, $1, $2, 'default') ON CONFLICT (workspace, name, alias) DO UPDATE SET version = excluded.version",
                alias,
                version,
                name);
            History(session, name, note).AliasMoved(alias, before, version);
            _events.AliasChanged(session, name, alias, version);
        },
        cancellationToken);

    public Task DeleteAliasAsync(string name, string alias, ChangeNote? note = null, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Lock(session, name);
            if (AliasVersion(session, name, alias) is { } before)
            {
                session.Execute("DELETE FROM registered_model_aliases WHERE workspace = 'default' AND name = $0 AND alias = $1", name, alias);
                History(session, name, note).AliasMoved(alias, before, null);
            }

            _events.AliasChanged(session, name, alias, version: null);
        },
        cancellationToken);

    public Task<ModelVersion> GetVersionByAliasAsync(string name, string alias, CancellationToken cancellationToken = default) => Task.FromResult(database.Read(session =>
    {
        Require(session, name);
        var version = alias.Equals("latest", StringComparison.OrdinalIgnoreCase)
            ? (int?)(session.Scalar("SELECT MAX(version) FROM model_versions WHERE workspace = 'default' AND name = $0 AND current_stage <> 'Deleted_Internal'", name) as long?)
            : AliasVersion(session, name, alias);
        return version is { } number
            ? Version(session, name, number)
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"Registered model alias {alias} not found.");
    }));

    private static RegisteredModel Model(SqlSession session, string name) => WithLatest(
        session,
        session.First(RegisteredModelColumns.Select(session.Dialect) + " WHERE m.workspace = 'default' AND m.name = $0", RegisteredModelColumns.Read, name)
            ?? throw NoModel(name));

    private static RegisteredModel WithLatest(SqlSession session, RegisteredModel model) => model with { LatestVersions = Latest(session, model.Name, []) };

    private static void WriteTag(SqlSession session, string name, string key, string value) => session.Execute(
        "INSERT INTO registered_model_tags (key, value, name, workspace) VALUES ($0, $1, $2, 'default') ON CONFLICT (workspace, key, name) DO UPDATE SET value = excluded.value",
        key,
        value,
        name);

    private static bool Exists(SqlSession session, string name) =>
        session.Scalar("SELECT 1 FROM registered_models WHERE workspace = 'default' AND name = $0", name) is not null;

    /// <summary>Holds the model until the transaction ends: another program cannot number or move its versions meanwhile.</summary>
    /// <returns>False when there is no such model.</returns>
    private static bool TryLock(SqlSession session, string name) =>
        session.Scalar("SELECT 1 FROM registered_models WHERE workspace = 'default' AND name = $0" + session.Dialect.ForUpdate, name) is not null;

    private static void Lock(SqlSession session, string name)
    {
        if (!TryLock(session, name))
        {
            throw NoModel(name);
        }
    }

    private static void Require(SqlSession session, string name)
    {
        if (!Exists(session, name))
        {
            throw NoModel(name);
        }
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static MLOpsException NoModel(string name) => new(ProblemCode.NotFound, $"Registered Model with name={name} not found");

    private static MLOpsException Taken(string name) => new(ProblemCode.AlreadyExists, $"Registered Model (name={name}) already exists.");
}
