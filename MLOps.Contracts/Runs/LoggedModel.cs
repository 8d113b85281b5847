using MLOps.Contracts.Experiments;

namespace MLOps.Contracts.Runs;

/// <summary>How far a logged model has come; numbers are those of MLflow's protobuf enum.</summary>
public enum LoggedModelStatus
{
    Unspecified = 0,
    Pending = 1,
    Ready = 2,
    UploadFailed = 3,
}

/// <summary>A model that a run logged, as MLflow 3 keeps it beside the registry. Times are Unix ms.</summary>
[GenerateSerializer, Immutable, Alias("mlops.LoggedModel")]
public sealed record LoggedModel(
    [property: Id(0)] string ModelId,
    [property: Id(1)] string ExperimentId,
    [property: Id(2)] string Name,
    [property: Id(3)] string ArtifactUri,
    [property: Id(4)] long CreationTime,
    [property: Id(5)] long LastUpdatedTime,
    [property: Id(6)] LoggedModelStatus Status,
    [property: Id(7)] string? ModelType,
    [property: Id(8)] string? SourceRunId,
    [property: Id(9)] IReadOnlyList<KeyValue> Params,
    [property: Id(10)] IReadOnlyList<KeyValue> Tags,
    [property: Id(11)] IReadOnlyList<ModelMetric> Metrics);

/// <summary>A metric value of a logged model, measured by a run, perhaps on a dataset.</summary>
/// <param name="Value">May be NaN.</param>
/// <param name="Timestamp">Unix time in ms.</param>
/// <param name="RunId">The run that measured it; null while it is on its way there.</param>
[GenerateSerializer, Immutable, Alias("mlops.ModelMetric")]
public sealed record ModelMetric(
    [property: Id(0)] string ModelId,
    [property: Id(1)] string Key,
    [property: Id(2)] double Value,
    [property: Id(3)] long Timestamp,
    [property: Id(4)] long Step,
    [property: Id(5)] string? DatasetName,
    [property: Id(6)] string? DatasetDigest,
    [property: Id(7)] string? RunId = null);

/// <summary>A logged model that a run made at a step.</summary>
[GenerateSerializer, Immutable, Alias("mlops.ModelOutput")]
public readonly record struct ModelOutput([property: Id(0)] string ModelId, [property: Id(1)] long Step);
