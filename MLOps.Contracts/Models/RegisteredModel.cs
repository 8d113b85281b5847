using MLOps.Contracts.Experiments;

namespace MLOps.Contracts.Models;

/// <summary>Stages of a model version. Stored and shown by these names, accepted in any case.</summary>
public enum ModelStage
{
    None = 0,
    Staging,
    Production,
    Archived,
}

/// <summary>A version of a registered model. Times are Unix ms.</summary>
/// <param name="Source">What the version was made from, as its maker said it: an artifact URI, or <c>models:/…</c> of a logged model or another version.</param>
/// <param name="Status">READY, PENDING_REGISTRATION or FAILED_REGISTRATION.</param>
/// <param name="StorageLocation">The artifact URI that <paramref name="Source"/> stood for when the version was made; null: the source is one.</param>
[GenerateSerializer, Immutable, Alias("mlops.ModelVersion")]
public sealed record ModelVersion(
    [property: Id(0)] string Name,
    [property: Id(1)] int Version,
    [property: Id(2)] long CreationTime,
    [property: Id(3)] long LastUpdatedTime,
    [property: Id(4)] string? UserId,
    [property: Id(5)] ModelStage Stage,
    [property: Id(6)] string? Description,
    [property: Id(7)] string Source,
    [property: Id(8)] string? RunId,
    [property: Id(9)] string Status,
    [property: Id(10)] string? StatusMessage,
    [property: Id(11)] string? RunLink,
    [property: Id(12)] IReadOnlyList<KeyValue> Tags,
    [property: Id(13)] IReadOnlyList<string> Aliases,
    [property: Id(14)] string? StorageLocation = null)
{
    /// <summary>Where the model's files are: an artifact URI.</summary>
    public string Location => string.IsNullOrEmpty(StorageLocation) ? Source : StorageLocation;
}

/// <summary>A name in the registry with its newest version per stage, tags and aliases.</summary>
[GenerateSerializer, Immutable, Alias("mlops.RegisteredModel")]
public sealed record RegisteredModel(
    [property: Id(0)] string Name,
    [property: Id(1)] long CreationTime,
    [property: Id(2)] long LastUpdatedTime,
    [property: Id(3)] string? Description,
    [property: Id(4)] IReadOnlyList<ModelVersion> LatestVersions,
    [property: Id(5)] IReadOnlyList<KeyValue> Tags,
    [property: Id(6)] IReadOnlyList<ModelAlias> Aliases);

[GenerateSerializer, Immutable, Alias("mlops.ModelAlias")]
public readonly record struct ModelAlias([property: Id(0)] string Alias, [property: Id(1)] int Version);
