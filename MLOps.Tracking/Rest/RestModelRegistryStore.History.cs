using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Models;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Rest;

internal sealed partial class RestModelRegistryStore
{
    public async Task<Page<RegistryChange>> GetHistoryAsync(string name, SearchHistory query, CancellationToken cancellationToken = default)
    {
        var before = RowPage.Before(query.PageToken);
        return await KnownKeyAsync(name, cancellationToken) is { } key
            ? history.Read(session => RegistryHistory.Page(session, key, query, before))
            : new Page<RegistryChange>([], null);
    }

    public async Task<IReadOnlyList<RegistryHolding>> GetStageHoldersAsync(string name, ModelStage stage, long? at, CancellationToken cancellationToken = default)
    {
        var key = await KnownKeyAsync(name, cancellationToken);
        if (at is { } moment)
        {
            var holdings = new List<RegistryHolding>();
            foreach (var line in key is null ? [] : history.Read(session => RegistryHistory.InStageAt(session, key, stage, moment)))
            {
                holdings.Add(RegistryHistory.Holding(line, await ExistingAsync(name, line.Version, cancellationToken)));
            }

            return holdings;
        }

        var versions = await InStageAsync(name, stage, cancellationToken);
        return history.Read(session => versions.ConvertAll(version => RegistryHistory.Holding(RegistryHistory.LastStageLine(session, key, version), version)));
    }

    public async Task<RegistryHolding?> GetAliasHolderAsync(string name, string alias, long? at, CancellationToken cancellationToken = default)
    {
        var line = await KnownKeyAsync(name, cancellationToken) is { } key ? history.Read(session => RegistryHistory.AliasAt(session, key, alias, at ?? long.MaxValue)) : null;
        if (at is not null)
        {
            return line?.To is null ? null : RegistryHistory.Holding(line, await ExistingAsync(name, line.Version, cancellationToken));
        }

        return await FoundAsync(() => GetRegisteredModelAsync(name, cancellationToken)) is { } model && AliasVersion(model, alias) is { } now
            ? RegistryHistory.Holding(line?.Version == now && line.To is not null ? line : null, await GetModelVersionAsync(name, now, cancellationToken))
            : null;
    }

    public async Task<bool> HasBeenInStageAsync(string name, int version, ModelStage stage, CancellationToken cancellationToken = default) =>
        (await GetModelVersionAsync(name, version, cancellationToken)).Stage == stage
        || history.Read(session => RegistryHistory.Key(session, name) is { } key && RegistryHistory.HasBeenInStage(session, key, version, stage));

    public async Task<Rollback> RollbackAsync(string name, ChangeNote? note = null, CancellationToken cancellationToken = default)
    {
        await GetRegisteredModelAsync(name, cancellationToken);
        var serving = await InStageAsync(name, ModelStage.Production, cancellationToken);
        var promotions = new List<ModelVersion>();
        foreach (var number in history.Read(session => RegistryHistory.Promotions(session, name, serving)))
        {
            if (await ExistingAsync(name, number, cancellationToken) is { } version)
            {
                promotions.Add(version);
            }
        }

        var target = RegistryHistory.RollbackTarget(name, promotions, serving);
        var archived = serving.Where(version => version.Version != target.Version).ToList();
        var restored = await MoveAsync(name, target.Version, ModelStage.Production, archive: true, cancellationToken);
        var reason = new ChangeNote(note?.By ?? ChangeNote.Anonymous, note?.Comment ?? $"rollback to version {target.Version}");
        await AppendAsync(name, reason, archived, ModelStage.Archived);
        await AppendAsync(name, reason, [target], ModelStage.Production);
        var now = new List<ModelVersion>();
        foreach (var version in archived)
        {
            now.Add(await GetModelVersionAsync(name, version.Version, cancellationToken));
        }

        return new Rollback(restored, now);
    }

    /// <returns>The key of a model that exists or has existed under this name; null: it exists and has no line yet.</returns>
    /// <exception cref="MLOpsException">NotFound: no such model, now or earlier, or another name now.</exception>
    private async Task<string?> KnownKeyAsync(string name, CancellationToken cancellationToken)
    {
        if (history.Read(session => RegistryHistory.Key(session, name)) is { } key)
        {
            return key;
        }

        try
        {
            await GetRegisteredModelAsync(name, cancellationToken);
            return null;
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound && history.Read(session => RegistryHistory.Renamed(session, name)) is { } renamed)
        {
            throw renamed;
        }
    }

    private Task<ModelVersion?> ExistingAsync(string name, int? version, CancellationToken cancellationToken) =>
        version is { } number ? FoundAsync(() => GetModelVersionAsync(name, number, cancellationToken)) : Task.FromResult<ModelVersion?>(null);

    /// <returns>Null: there is no such thing.</returns>
    private static async Task<T?> FoundAsync<T>(Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            return null;
        }
    }

    private Task AppendAsync(string name, ChangeNote note, List<ModelVersion> versions, ModelStage to) => versions.Count == 0
        ? Task.CompletedTask
        : AppendAsync(name, note, lines =>
        {
            foreach (var version in versions)
            {
                lines.StageMoved(version, to);
            }
        });

    /// <summary>The upstream has done it: that is written down even when the caller has gone away meanwhile.</summary>
    private Task AppendAsync(string name, ChangeNote? note, Action<HistoryLines> append) => history.WriteAsync(
        session => append(RegistryHistory.Lines(session, name, note, clock.GetUtcNow().ToUnixTimeMilliseconds())),
        CancellationToken.None);
}
