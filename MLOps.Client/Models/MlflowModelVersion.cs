using MLOps.Client.Http;

namespace MLOps.Client.Models;

/// <summary>A version as the MLflow protocol sends it: tags as pairs.</summary>
internal sealed record MlflowModelVersion(
    string Name,
    int Version,
    ModelStage? CurrentStage,
    string? Source,
    string? RunId,
    string? Status,
    DateTimeOffset? CreationTimestamp,
    DateTimeOffset? LastUpdatedTimestamp,
    string? Description,
    IReadOnlyList<KeyValue>? Tags,
    IReadOnlyList<string>? Aliases)
{
    public ModelVersion ToVersion() => new()
    {
        Name = Name,
        Version = Version,
        CurrentStage = CurrentStage ?? ModelStage.None,
        Source = Source,
        RunId = RunId,
        Status = Status,
        CreationTimestamp = CreationTimestamp,
        LastUpdatedTimestamp = LastUpdatedTimestamp,
        Description = Description,
        Tags = KeyValue.Dictionary(Tags),
        Aliases = Aliases ?? [],
    };
}
