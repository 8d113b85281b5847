using System.Globalization;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Datasets;
using MLOps.Tracking;

namespace MLOps.Silo.Datasets;

/// <summary>Owns one dataset's versions. The file lies at its final place before the version is recorded, so a recorded version always has its bytes;
/// a crash in between leaves a file that the next registration of that version replaces.</summary>
[GrainType("dataset")]
internal sealed partial class DatasetGrain(
    [PersistentState("dataset")] IPersistentState<DatasetState> state,
    IArtifactStore artifacts,
    DatasetContent files,
    IGrainFactory grains,
    TimeProvider time,
    ILogger<DatasetGrain> logger) : Grain, IDatasetGrain
{
    /// <summary>What the store has: a reader in the middle of a registration must not see a version that may come to nothing.</summary>
    private IReadOnlyList<DatasetVersion> _stored = [];

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _stored = [.. state.State.Versions];
        return base.OnActivateAsync(cancellationToken);
    }

    public async Task<DatasetRegistration> RegisterAsync(string kind, string stagedSource)
    {
        var name = DatasetName.Check(this.GetPrimaryKeyString());
        await using var content = await files.OpenAsync(stagedSource, CancellationToken.None);
        var digest = await OffSchedulerAsync(() => DatasetValidator.DigestAsync(content, CancellationToken.None));
        if (state.State.Versions.Find(v => v.Digest == digest && v.Kind == kind) is { } known)
        {
            return new DatasetRegistration(known, IsNew: false);
        }

        var facts = await OffSchedulerAsync(() => DatasetValidator.ValidateAsync(kind, content, CancellationToken.None));
        var number = state.State.Versions.Count + 1;
        var folder = Folder(name, number);
        var path = $"{folder}/data.{facts.Extension}";
        content.Position = 0;
        await artifacts.WriteAsync(path, content);
        await ProfileFile.WriteAsync(artifacts, folder, facts.Profile);
        var version = new DatasetVersion(
            name, number, digest, kind, facts.Profile.Rows, facts.Columns, Text(facts.FirstDate), Text(facts.LastDate),
            ArtifactUri.FromStorePath(path), time.GetUtcNow().ToUnixTimeMilliseconds());
        await grains.GetGrain<INameIndexGrain>(NameIndex.Datasets).AddAsync(name);
        state.State.Versions.Add(version);
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // Memory must not show a version that the store does not have.
            DeactivateOnIdle();
            throw;
        }

        _stored = [.. state.State.Versions];
        LogRegistered(logger, name, number, version.Rows, digest);
        return new DatasetRegistration(version, IsNew: true);
    }

    public Task<IReadOnlyList<DatasetVersion>> GetVersionsAsync() => Task.FromResult(_stored);

    public async Task<string?> ProfileAsync(int version)
    {
        if (state.State.Versions.Find(v => v.Version == version) is not { } known)
        {
            return null;
        }

        // Versions from before there were profiles get theirs when somebody first looks.
        var folder = Folder(known.Name, version);
        if ((await artifacts.ListAsync(folder)).All(file => !file.Path.EndsWith($"/{DatasetProfile.FileName}", StringComparison.Ordinal)))
        {
            await using var content = await files.OpenAsync(known.Source, CancellationToken.None);
            var facts = await OffSchedulerAsync(() => DatasetValidator.ValidateAsync(DatasetValidator.TableKind, content, CancellationToken.None));
            await ProfileFile.WriteAsync(artifacts, folder, facts.Profile);
        }

        return ArtifactUri.FromStorePath($"{folder}/{DatasetProfile.FileName}");
    }

    /// <summary>Reading is CPU work of seconds for a large file: not on the grain scheduler.</summary>
    private static Task<T> OffSchedulerAsync<T>(Func<Task<T>> work) => Task.Run(work);

    private static string Folder(string name, int version) => string.Create(CultureInfo.InvariantCulture, $"datasets/{name}/v{version}");

    private static string? Text(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
