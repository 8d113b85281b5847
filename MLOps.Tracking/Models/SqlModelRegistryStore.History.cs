using System.Globalization;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Models;

/// <summary>The registry of record: what was where, when, by whom and why.
/// A model's lines share a key that a rename keeps; the newest line of a name leads to the key, the newest line of a key to the model's name now.</summary>
internal sealed partial class SqlModelRegistryStore
{
    private const string Production = nameof(ModelStage.Production);

    public Task<Page<RegistryChange>> GetHistoryAsync(string name, SearchHistory query, CancellationToken cancellationToken = default)
    {
        var before = HistoryColumns.Before(query.PageToken);
        return Task.FromResult(database.Read(session =>
        {
            if (KnownKey(session, name) is not { } key)
            {
                return new Page<RegistryChange>([], null);
            }

            var sql = HistoryColumns.Select + " WHERE h.model_key = $0 AND h.id < $1";
            var arguments = new List<object?> { key, before };
            if (query.Kind is { } kind)
            {
                sql += $" AND h.kind = ${arguments.Count}";
                arguments.Add(HistoryColumns.Text(kind));
            }

            if (query.Version is { } version)
            {
                sql += $" AND h.version = ${arguments.Count}";
                arguments.Add(version);
            }

            sql += $" ORDER BY h.id DESC LIMIT ${arguments.Count}";
            arguments.Add(query.MaxResults + 1);
            var lines = session.Query(sql, HistoryColumns.Read, [.. arguments]);
            if (lines.Count <= query.MaxResults)
            {
                return new Page<RegistryChange>(lines, null);
            }

            lines.RemoveRange(query.MaxResults, lines.Count - query.MaxResults);
            return new Page<RegistryChange>(lines, lines[^1].Id.ToString(CultureInfo.InvariantCulture));
        }));
    }

    public Task<IReadOnlyList<RegistryHolding>> GetStageHoldersAsync(string name, ModelStage stage, long? at, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<RegistryHolding>>(database.Read(session =>
        {
            var key = KnownKey(session, name);
            if (at is null)
            {
                return [.. InStage(session, name, stage).Select(version => Holding(LastStageLine(session, key, version), WithParts(session, version)))];
            }

            return key is null
                ? []
                : session.Query(
                    HistoryColumns.Select
                        + " JOIN (SELECT version, MAX(id) AS id FROM mlops_registry_history WHERE model_key = $0 AND kind = 'stage' AND timestamp_ms <= $1 GROUP BY version) l ON l.id = h.id WHERE h.to_value = $2 ORDER BY h.version DESC",
                    HistoryColumns.Read,
                    key,
                    at,
                    stage.ToString()).ConvertAll(line => Holding(line, Existing(session, name, line.Version)));
        }));

    public Task<RegistryHolding?> GetAliasHolderAsync(string name, string alias, long? at, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session =>
        {
            var line = KnownKey(session, name) is { } key
                ? session.First(
                    HistoryColumns.Select + " WHERE h.model_key = $0 AND h.kind = 'alias' AND h.alias = $1 AND h.timestamp_ms <= $2 ORDER BY h.id DESC LIMIT 1",
                    HistoryColumns.Read,
                    key,
                    alias,
                    at ?? long.MaxValue)
                : null;
            if (at is null)
            {
                return AliasVersion(session, name, alias) is { } now ? Holding(line?.Version == now && line.To is not null ? line : null, Version(session, name, now)) : null;
            }

            return line?.To is null ? null : Holding(line, Existing(session, name, line.Version));
        }));

    public Task<bool> HasBeenInStageAsync(string name, int version, ModelStage stage, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => Version(session, name, version).Stage == stage
            || (Key(session, name) is { } key && session.Scalar(
                // A deleted model's version numbers start again when a model of its name is made: older lines are about other versions.
                "SELECT 1 FROM mlops_registry_history WHERE model_key = $0 AND kind = 'stage' AND version = $1 AND to_value = $2 AND id > (SELECT COALESCE(MAX(d.id), 0) FROM mlops_registry_history d WHERE d.model_key = $0 AND d.kind = 'delete') LIMIT 1",
                key,
                version,
                stage.ToString()) is not null)));

    public Task<Rollback> RollbackAsync(string name, ChangeNote? note = null, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Lock(session, name);
            var now = Now();
            Touch(session, name, now);
            var serving = InStage(session, name, ModelStage.Production);
            var promotions = Promotions(session, name, serving);

            // With nothing in Production the newest promotion is the one to go back to, else the one below it.
            var target = serving.Count == 0 ? promotions.LastOrDefault() : promotions.SkipLast(1).LastOrDefault();
            if (target is null)
            {
                throw new MLOpsException(ProblemCode.InvalidState, serving.Count == 0
                    ? $"The model '{name}' cannot be rolled back: no version of it that still exists has been in Production."
                    : $"The model '{name}' cannot be rolled back: version {serving[0].Version} is in Production and no earlier version that still exists has been there.");
            }

            var reason = note?.Comment ?? $"rollback to version {target.Version}";
            var history = History(session, name, new ChangeNote(note?.By ?? ChangeNote.Anonymous, reason));
            var archived = serving.Where(version => version.Version != target.Version).ToList();
            foreach (var version in archived)
            {
                SetStage(session, version, ModelStage.Archived, now);
                history.StageMoved(version, ModelStage.Archived);
            }

            SetStage(session, target, ModelStage.Production, now);
            history.StageMoved(target, ModelStage.Production);
            return new Rollback(Version(session, name, target.Version), [.. archived.Select(version => Version(session, name, version.Version))]);
        },
        cancellationToken);

    /// <summary>The versions in the order of their promotions, the newest last. A version that came back to Production, by a rollback or by hand,
    /// takes back what was promoted after it; a deleted one does not count.</summary>
    private static List<ModelVersion> Promotions(SqlSession session, string name, List<ModelVersion> serving)
    {
        var order = new List<int>();
        if (Key(session, name) is { } key)
        {
            foreach (var line in session.Query(
                HistoryColumns.Select + " WHERE h.model_key = $0 AND (h.kind = 'delete' OR (h.kind = 'stage' AND h.to_value IN ('Production', 'Deleted'))) ORDER BY h.id",
                HistoryColumns.Read,
                key))
            {
                if (line.Kind == RegistryChangeKind.Delete)
                {
                    order.Clear();
                }
                else if (line.To != Production)
                {
                    order.Remove(line.Version!.Value);
                }
                else if (order.IndexOf(line.Version!.Value) is var place and >= 0)
                {
                    order.RemoveRange(place + 1, order.Count - place - 1);
                }
                else
                {
                    order.Add(line.Version!.Value);
                }
            }
        }

        // What another program promoted is not in the history: it counts as the newest.
        order.AddRange(serving.Select(version => version.Version).Except(order).Order());
        return [.. order.Select(version => Existing(session, name, version)).OfType<ModelVersion>()];
    }

    private void AppendDeletion(SqlSession session, string name, ChangeNote? note)
    {
        var history = History(session, name, note);
        foreach (var version in session.Query(
            ModelVersionColumns.Select + " WHERE v.workspace = 'default' AND v.name = $0 AND v.current_stage NOT IN ('None', 'Deleted_Internal') ORDER BY v.version",
            ModelVersionColumns.Read,
            name))
        {
            history.VersionDeleted(version);
        }

        foreach (var alias in Model(session, name).Aliases)
        {
            history.AliasMoved(alias.Alias, alias.Version, null);
        }

        history.ModelDeleted();
    }

    private HistoryLines History(SqlSession session, string name, ChangeNote? note)
    {
        var key = Key(session, name) ?? Guid.NewGuid().ToString("n");
        var last = session.Scalar("SELECT timestamp_ms FROM mlops_registry_history WHERE model_key = $0 ORDER BY id DESC LIMIT 1", key) as long?;

        // A clock that was set back must not turn the history around.
        return new HistoryLines(session, key, name, Math.Max(Now(), last ?? 0), note ?? ChangeNote.None);
    }

    /// <returns>Null: the model of this name has no line yet.</returns>
    private static string? Key(SqlSession session, string name) =>
        session.Scalar("SELECT model_key FROM mlops_registry_history WHERE name = $0 ORDER BY id DESC LIMIT 1", name) is string key && NameNow(session, key) == name ? key : null;

    private static string? NameNow(SqlSession session, string key) =>
        (string?)session.Scalar("SELECT name FROM mlops_registry_history WHERE model_key = $0 ORDER BY id DESC LIMIT 1", key);

    /// <returns>The key of a model that exists or has existed under this name; null: it exists and has no line yet.</returns>
    /// <exception cref="MLOpsException">NotFound: no such model, now or earlier, or another name now.</exception>
    private static string? KnownKey(SqlSession session, string name)
    {
        if (Key(session, name) is { } key)
        {
            return key;
        }

        if (!Exists(session, name))
        {
            var renamed = session.Scalar("SELECT model_key FROM mlops_registry_history WHERE name = $0 ORDER BY id DESC LIMIT 1", name)
                ?? session.Scalar("SELECT model_key FROM mlops_registry_history WHERE kind = 'rename' AND from_value = $0 ORDER BY id DESC LIMIT 1", name);
            throw renamed is string moved
                ? new MLOpsException(ProblemCode.NotFound, $"There is no model '{name}' any more: it was renamed to '{NameNow(session, moved)}'.")
                : NoModel(name);
        }

        return null;
    }

    private static int? AliasVersion(SqlSession session, string name, string alias) =>
        session.Scalar("SELECT version FROM registered_model_aliases WHERE workspace = 'default' AND name = $0 AND alias = $1", name, alias) is long version ? (int)version : null;

    private static RegistryChange? LastStageLine(SqlSession session, string? key, ModelVersion version)
    {
        var line = key is null
            ? null
            : session.First(
                HistoryColumns.Select + " WHERE h.model_key = $0 AND h.kind = 'stage' AND h.version = $1 ORDER BY h.id DESC LIMIT 1",
                HistoryColumns.Read,
                key,
                version.Version);
        return line?.To == version.Stage.ToString() ? line : null;
    }

    private static ModelVersion? Existing(SqlSession session, string name, int? version) =>
        session.First(ModelVersionColumns.Select + OneVersion, ModelVersionColumns.Read, name, version) is { } found ? WithParts(session, found) : null;

    private static RegistryHolding Holding(RegistryChange? line, ModelVersion? current) =>
        new(line?.Version ?? current!.Version, line?.At, line?.By, line?.Comment, current);
}
