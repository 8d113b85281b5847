using MLOps.Contracts.Runs;

namespace MLOps.Gateway.Runs;

/// <summary>A run on the wire: its attributes, latest metrics, parameters and tags.</summary>
internal sealed record RunItem(
    RunInfoItem Info,
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, string> Params,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<DatasetInput> Inputs)
{
    public static RunItem Of(Run run) => new(
        RunInfoItem.Of(run.Info),
        run.Metrics.ToDictionary(metric => metric.Key, metric => metric.Value),
        run.Params.ToDictionary(pair => pair.Key, pair => pair.Value),
        run.Tags.ToDictionary(pair => pair.Key, pair => pair.Value),
        run.Inputs);
}

internal sealed record RunInfoItem(
    string RunId,
    string RunName,
    string ExperimentId,
    string Status,
    long? StartTime,
    long? EndTime,
    string ArtifactUri,
    string LifecycleStage,
    string UserId)
{
    public static RunInfoItem Of(RunInfo info) => new(
        info.RunId,
        info.RunName,
        info.ExperimentId,
        info.Status.ToString().ToUpperInvariant(),
        info.StartTime,
        info.EndTime,
        info.ArtifactUri,
        info.LifecycleStage == Contracts.Experiments.LifecycleStage.Deleted ? "deleted" : "active",
        info.UserId);
}

internal sealed record RunList(IReadOnlyList<RunItem> Runs, string? NextPageToken);
