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
    IGrainFactory grains,
    TimeProvider time,
    ILogger<DatasetGrain> logger) : Grain, IDatasetGrain
{
    public async Task<DatasetRegistration> RegisterAsync(string kind, string stagedSource)
    {
        var name = DatasetName.Check(this.GetPrimaryKeyString());
        var staged = ArtifactUri.ToStorePath(stagedSource);

        // Parsing is CPU work of seconds for a large file: not on the grain scheduler.
        var facts = await Task.Run(async () =>
        {
            await using var content = await artifacts.OpenReadAsync(staged);
            return await DatasetValidator.ValidateAsync(kind, content, CancellationToken.None);
        });
        if (state.State.Versions.Find(v => v.Digest == facts.Digest && v.Kind == kind) is { } known)
        {
            return new DatasetRegistration(known, IsNew: false);
        }

        var number = state.State.Versions.Count + 1;
        var path = $"datasets/{name}/v{number}/data.csv";
        await using (var content = await artifacts.OpenReadAsync(staged))
        {
            await artifacts.WriteAsync(path, content);
        }

        var version = new DatasetVersion(
            name, number, facts.Digest, kind, facts.Rows, facts.Columns, Text(facts.FirstDate), Text(facts.LastDate),
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

        LogRegistered(logger, name, number, facts.Rows, facts.Digest);
        return new DatasetRegistration(version, IsNew: true);
    }

    public Task<IReadOnlyList<DatasetVersion>> GetVersionsAsync() => Task.FromResult<IReadOnlyList<DatasetVersion>>([.. state.State.Versions]);

    private static string? Text(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
