using MLOps.Contracts.Models;

namespace MLOps.Gateway.Models;

/// <summary>A registered model on the wire.</summary>
internal sealed record ModelItem(
    string Name,
    string? Description,
    long CreationTime,
    long LastUpdatedTimestamp,
    IReadOnlyList<VersionItem> LatestVersions,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyDictionary<string, int> Aliases)
{
    public static ModelItem Of(RegisteredModel model) => new(
        model.Name,
        model.Description,
        model.CreationTime,
        model.LastUpdatedTime,
        [.. model.LatestVersions.Select(VersionItem.Of)],
        model.Tags.ToDictionary(tag => tag.Key, tag => tag.Value),
        model.Aliases.ToDictionary(alias => alias.Alias, alias => alias.Version));
}

/// <summary>A page of registered models.</summary>
internal sealed record ModelList(IReadOnlyList<ModelItem> Models, string? NextPageToken);

/// <summary>A model version on the wire.</summary>
/// <param name="Source">Where the model's files are.</param>
internal sealed record VersionItem(
    string Name,
    int Version,
    string CurrentStage,
    string Source,
    string? RunId,
    string Status,
    long CreationTimestamp,
    long LastUpdatedTimestamp,
    string? Description,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<string> Aliases)
{
    public static VersionItem Of(ModelVersion version) => new(
        version.Name,
        version.Version,
        version.Stage.ToString(),
        version.Location,
        version.RunId,
        version.Status,
        version.CreationTime,
        version.LastUpdatedTime,
        version.Description,
        version.Tags.ToDictionary(tag => tag.Key, tag => tag.Value),
        version.Aliases);
}
