using MLOps.Client.Http;

namespace MLOps.Client.Experiments;

/// <summary>An experiment as the MLflow protocol sends it: tags as pairs.</summary>
internal sealed record MlflowExperiment(
    string ExperimentId,
    string Name,
    string? ArtifactLocation,
    string? LifecycleStage,
    DateTimeOffset? CreationTime,
    DateTimeOffset? LastUpdateTime,
    IReadOnlyList<KeyValue>? Tags)
{
    public Experiment ToExperiment() => new()
    {
        ExperimentId = ExperimentId,
        Name = Name,
        ArtifactLocation = ArtifactLocation,
        LifecycleStage = LifecycleStage ?? "active",
        CreationTime = CreationTime,
        LastUpdateTime = LastUpdateTime,
        Tags = KeyValue.Dictionary(Tags),
    };
}
