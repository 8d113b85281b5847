using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Silo.Endpoints;

/// <summary>Finds the version that a variant's URI means now.</summary>
internal sealed class ModelResolver(IModelRegistryStore registry)
{
    /// <exception cref="MLOpsException">NotFound: no such model, version, stage or alias. InvalidState: the version is not ready.</exception>
    public async Task<VariantState> ResolveAsync(VariantSpec spec, CancellationToken cancellationToken)
    {
        var uri = ModelUri.Parse(spec.ModelUri);
        var version = uri switch
        {
            { Version: { } number } => await registry.GetModelVersionAsync(uri.Name, number, cancellationToken),
            { Alias: { } alias } => await registry.GetVersionByAliasAsync(uri.Name, alias, cancellationToken),
            { Stage: { } stage } => await LatestOfStageAsync(uri.Name, stage, cancellationToken),
            _ => throw new InvalidOperationException($"{uri} selects nothing."),
        };

        if (version.Status != "READY")
        {
            throw new MLOpsException(ProblemCode.InvalidState, $"{spec.ModelUri} is version {version.Version}, whose status is {version.Status}: only READY versions can be served.");
        }

        return new VariantState(spec, version.Name, version.Version, version.Location, string.IsNullOrEmpty(version.RunId) ? null : version.RunId);
    }

    private async Task<ModelVersion> LatestOfStageAsync(string name, ModelStage stage, CancellationToken cancellationToken)
    {
        var versions = await registry.GetLatestVersionsAsync(name, [stage], cancellationToken);
        return versions.MaxBy(version => version.Version)
            ?? throw new MLOpsException(ProblemCode.NotFound, $"Model '{name}' has no version in stage {stage}: move one there first, or name a version.");
    }
}
