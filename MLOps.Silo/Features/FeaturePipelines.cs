using System.Collections.Concurrent;
using MLOps.Contracts.Problems;
using MLOps.Models.Catalog;
using MLOps.Models.Features.Pipelines;
using MLOps.Tracking;

namespace MLOps.Silo.Features;

/// <summary>The fitted pipelines of versions. A version's never changes, so each is read once.</summary>
internal sealed class FeaturePipelines(IArtifactResolver artifacts)
{
    private const int MaximumKept = 100;

    private readonly ConcurrentDictionary<string, FittedFeaturePipeline> _known = new(StringComparer.Ordinal);

    /// <param name="location">Artifact URI of the version's folder.</param>
    /// <exception cref="MLOpsException">InvalidState: the version has none.</exception>
    /// <exception cref="ModelTrainingException">Its file cannot be read.</exception>
    public async Task<FittedFeaturePipeline> GetAsync(string location, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(location, out var known))
        {
            return known;
        }

        var folder = artifacts.Resolve(location);
        using var file = new MemoryStream();
        try
        {
            await using var stored = await folder.Store.OpenReadAsync(folder.Combine(FittedFeaturePipeline.FileName), cancellationToken);
            await stored.CopyToAsync(file, cancellationToken);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            throw new MLOpsException(ProblemCode.InvalidState, $"The version has no {FittedFeaturePipeline.FileName}: it was not trained through a feature pipeline, and takes what its signature says.");
        }

        if (_known.Count >= MaximumKept)
        {
            _known.Clear();
        }

        return _known[location] = FittedFeaturePipeline.Read(file.ToArray());
    }
}
