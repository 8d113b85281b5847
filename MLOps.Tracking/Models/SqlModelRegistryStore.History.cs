using MLOps.Contracts.Models;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Models;

/// <summary>The registry of record: what was where, when, by whom and why.</summary>
internal sealed partial class SqlModelRegistryStore
{
    public Task<Page<RegistryChange>> GetHistoryAsync(string name, SearchHistory query, CancellationToken cancellationToken = default)
    {
        var before = RowPage.Before(query.PageToken);
        return Task.FromResult(database.Read(session => KnownKey(session, name) is { } key
            ? RegistryHistory.Page(session, key, query, before)
            : new Page<RegistryChange>([], null)));
    }

    public Task<IReadOnlyList<RegistryHolding>> GetStageHoldersAsync(string name, ModelStage stage, long? at, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<RegistryHolding>>(database.Read(session =>
        {
            var key = KnownKey(session, name);
            if (at is not { } moment)
            {
                return [.. InStage(session, name, stage).Select(version => RegistryHistory.Holding(RegistryHistory.LastStageLine(session, key, version), version))];
            }

            return key is null
                ? []
                : RegistryHistory.InStageAt(session, key, stage, moment).ConvertAll(line => RegistryHistory.Holding(line, Existing(session, name, line.Version)));
        }));

    public Task<RegistryHolding?> GetAliasHolderAsync(string name, string alias, long? at, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session =>
        {
            var line = KnownKey(session, name) is { } key ? RegistryHistory.AliasAt(session, key, alias, at ?? long.MaxValue) : null;
            if (at is null)
            {
                return AliasVersion(session, name, alias) is { } now
                    ? RegistryHistory.Holding(line?.Version == now && line.To is not null ? line : null, Version(session, name, now))
                    : null;
            }

            return line?.To is null ? null : RegistryHistory.Holding(line, Existing(session, name, line.Version));
        }));

    public Task<bool> HasBeenInStageAsync(string name, int version, ModelStage stage, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => Version(session, name, version).Stage == stage
            || (RegistryHistory.Key(session, name) is { } key && RegistryHistory.HasBeenInStage(session, key, version, stage))));

    public Task<Rollback> RollbackAsync(string name, ChangeNote? note = null, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var now = Now();
            if (!Touch(session, name, now))
            {
                throw NoModel(name);
            }

            var serving = InStage(session, name, ModelStage.Production);
            var promotions = RegistryHistory.Promotions(session, name, serving).Select(version => Existing(session, name, version)).OfType<ModelVersion>().ToList();
            var target = RegistryHistory.RollbackTarget(name, promotions, serving);
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

    private void AppendDeletion(SqlSession session, string name, ChangeNote? note)
    {
        var history = History(session, name, note);
        foreach (var version in session.Query(
            ModelVersionColumns.Select(session.Dialect) + " WHERE v.workspace = 'default' AND v.name = $0 AND v.current_stage NOT IN ('None', 'Deleted_Internal') ORDER BY v.version",
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

    private HistoryLines History(SqlSession session, string name, ChangeNote? note) => RegistryHistory.Lines(session, name, note, Now());

    /// <returns>The key of a model that exists or has existed under this name; null: it exists and has no line yet.</returns>
    /// <exception cref="Contracts.Problems.MLOpsException">NotFound: no such model, now or earlier, or another name now.</exception>
    private static string? KnownKey(SqlSession session, string name) =>
        RegistryHistory.Key(session, name) is { } key ? key
        : Exists(session, name) ? null
        : throw RegistryHistory.Renamed(session, name) ?? NoModel(name);

    private static int? AliasVersion(SqlSession session, string name, string alias) =>
        session.Scalar("SELECT version FROM registered_model_aliases WHERE workspace = 'default' AND name = $0 AND alias = $1", name, alias) is long version ? (int)version : null;

    private static ModelVersion? Existing(SqlSession session, string name, int? version) =>
        session.First(ModelVersionColumns.Select(session.Dialect) + OneVersion, ModelVersionColumns.Read, name, version);
}
