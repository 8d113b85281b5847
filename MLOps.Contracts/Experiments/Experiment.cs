namespace MLOps.Contracts.Experiments;

/// <summary>Whether an experiment or run is in use or has been (softly) deleted. Stored as MLflow does: <c>active</c>, <c>deleted</c>.</summary>
public enum LifecycleStage
{
    Active = 0,
    Deleted,
}

/// <summary>Which lifecycle stages a search returns. Values are those of MLflow's protobuf enum.</summary>
public enum ViewType
{
    ActiveOnly = 1,
    DeletedOnly = 2,
    All = 3,
}

/// <summary>A key with a value, as tags and parameters are.</summary>
[GenerateSerializer, Immutable, Alias("mlops.KeyValue")]
public readonly record struct KeyValue([property: Id(0)] string Key, [property: Id(1)] string Value);

/// <summary>A named group of runs.</summary>
/// <param name="ExperimentId">A decimal integer as text, as MLflow's protocol has it.</param>
/// <param name="CreationTime">Unix time in ms; null in very old stores.</param>
/// <param name="LastUpdateTime">Unix time in ms.</param>
[GenerateSerializer, Immutable, Alias("mlops.Experiment")]
public sealed record Experiment(
    [property: Id(0)] string ExperimentId,
    [property: Id(1)] string Name,
    [property: Id(2)] string ArtifactLocation,
    [property: Id(3)] LifecycleStage LifecycleStage,
    [property: Id(4)] long? CreationTime,
    [property: Id(5)] long? LastUpdateTime,
    [property: Id(6)] IReadOnlyList<KeyValue> Tags);
