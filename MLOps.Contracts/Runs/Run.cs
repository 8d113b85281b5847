using MLOps.Contracts.Experiments;

namespace MLOps.Contracts.Runs;

/// <summary>Status of a run; names and numbers are those of MLflow's protobuf enum. Any status may follow any.</summary>
public enum RunStatus
{
    Running = 1,
    Scheduled = 2,
    Finished = 3,
    Failed = 4,
    Killed = 5,
}

/// <summary>One value of a metric.</summary>
/// <param name="Value">May be NaN; infinities are stored as ±<see cref="double.MaxValue"/>, as MLflow does.</param>
/// <param name="Timestamp">Unix time in ms, ≥ 0.</param>
/// <param name="Step">May be negative.</param>
[GenerateSerializer, Immutable, Alias("mlops.Metric")]
public readonly record struct Metric(
    [property: Id(0)] string Key,
    [property: Id(1)] double Value,
    [property: Id(2)] long Timestamp,
    [property: Id(3)] long Step);

/// <summary>A run's attributes. Times are Unix ms.</summary>
[GenerateSerializer, Immutable, Alias("mlops.RunInfo")]
public sealed record RunInfo(
    [property: Id(0)] string RunId,
    [property: Id(1)] string ExperimentId,
    [property: Id(2)] string RunName,
    [property: Id(3)] string UserId,
    [property: Id(4)] RunStatus Status,
    [property: Id(5)] long? StartTime,
    [property: Id(6)] long? EndTime,
    [property: Id(7)] string ArtifactUri,
    [property: Id(8)] LifecycleStage LifecycleStage);

/// <summary>A run with its latest metrics (one per key), parameters, tags, dataset inputs, and the logged models it read and made.</summary>
[GenerateSerializer, Immutable, Alias("mlops.Run")]
public sealed record Run(
    [property: Id(0)] RunInfo Info,
    [property: Id(1)] IReadOnlyList<Metric> Metrics,
    [property: Id(2)] IReadOnlyList<KeyValue> Params,
    [property: Id(3)] IReadOnlyList<KeyValue> Tags,
    [property: Id(4)] IReadOnlyList<DatasetInput> Inputs)
{
    /// <summary>Ids of the logged models that the run read.</summary>
    [Id(5)]
    public IReadOnlyList<string> ModelInputs { get; init; } = [];

    /// <summary>The logged models that the run made.</summary>
    [Id(6)]
    public IReadOnlyList<ModelOutput> ModelOutputs { get; init; } = [];
}

/// <summary>A dataset that a run read, with the tags of that use (<c>mlflow.data.context</c> = training, …).</summary>
[GenerateSerializer, Immutable, Alias("mlops.DatasetInput")]
public sealed record DatasetInput(
    [property: Id(0)] string Name,
    [property: Id(1)] string Digest,
    [property: Id(2)] string SourceType,
    [property: Id(3)] string Source,
    [property: Id(4)] string? Schema,
    [property: Id(5)] string? Profile,
    [property: Id(6)] IReadOnlyList<KeyValue> Tags);
