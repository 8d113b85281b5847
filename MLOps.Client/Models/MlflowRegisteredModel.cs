using MLOps.Client.Http;

namespace MLOps.Client.Models;

/// <summary>A registered model as the MLflow protocol sends it: tags and aliases as pairs.</summary>
internal sealed record MlflowRegisteredModel(
    string Name,
    string? Description,
    DateTimeOffset? CreationTimestamp,
    DateTimeOffset? LastUpdatedTimestamp,
    IReadOnlyList<MlflowModelVersion>? LatestVersions,
    IReadOnlyList<KeyValue>? Tags,
    IReadOnlyList<MlflowAlias>? Aliases)
{
    public RegisteredModel ToModel() => new()
    {
        Name = Name,
        Description = Description,
        CreationTime = CreationTimestamp,
        LastUpdatedTimestamp = LastUpdatedTimestamp,
        LatestVersions = [.. (LatestVersions ?? []).Select(version => version.ToVersion())],
        Tags = KeyValue.Dictionary(Tags),
        Aliases = (Aliases ?? []).ToDictionary(alias => alias.Alias, alias => alias.Version, StringComparer.Ordinal),
    };
}

internal sealed record MlflowAlias(string Alias, int Version);
