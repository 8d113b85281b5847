using MLOps.Contracts.Experiments;

namespace MLOps.Gateway.Experiments;

/// <summary>An experiment on the wire.</summary>
internal sealed record ExperimentItem(
    string ExperimentId,
    string Name,
    string ArtifactLocation,
    string LifecycleStage,
    long? CreationTime,
    long? LastUpdateTime,
    IReadOnlyList<KeyValue> Tags)
{
    public static ExperimentItem Of(Experiment experiment) => new(
        experiment.ExperimentId,
        experiment.Name,
        experiment.ArtifactLocation,
        experiment.LifecycleStage == Contracts.Experiments.LifecycleStage.Deleted ? "deleted" : "active",
        experiment.CreationTime,
        experiment.LastUpdateTime,
        experiment.Tags);
}

/// <summary>A page of experiments.</summary>
internal sealed record ExperimentList(IReadOnlyList<ExperimentItem> Experiments, string? NextPageToken);

internal sealed record NewExperiment(string? Name);
