using MLOps.Contracts.Experiments;

namespace MLOps.Contracts.Runs;

/// <summary>A model that a run logged, as MLflow 3 keeps it beside the registry. Times are Unix ms.</summary>
/// <param name="Status">MLflow's number: 1 pending, 2 ready, 3 failed.</param>
[GenerateSerializer, Immutable, Alias("mlops.LoggedModel")]
public sealed record LoggedModel(
    [property: Id(0)] string ModelId,
    [property: Id(1)] string ExperimentId,
    [property: Id(2)] string Name,
    [property: Id(3)] string ArtifactUri,
    [property: Id(4)] long CreationTime,
    [property: Id(5)] long LastUpdatedTime,
    [property: Id(6)] int Status,
    [property: Id(7)] string? ModelType,
    [property: Id(8)] string? SourceRunId,
    [property: Id(9)] IReadOnlyList<KeyValue> Params,
    [property: Id(10)] IReadOnlyList<KeyValue> Tags);
