using MLOps.Contracts.Experiments;

namespace MLOps.Contracts.Runs;

/// <summary>Start a run. The grain's key is the run's id (32 lower-case hex digits).</summary>
/// <param name="RunName">Null: a random readable name is made.</param>
/// <param name="StartTime">Unix ms; null is stored as 0, as MLflow does.</param>
[GenerateSerializer, Immutable, Alias("mlops.CreateRun")]
public sealed record CreateRun(
    [property: Id(0)] string ExperimentId,
    [property: Id(1)] string? RunName,
    [property: Id(2)] string? UserId,
    [property: Id(3)] long? StartTime,
    [property: Id(4)] IReadOnlyList<KeyValue> Tags);

/// <summary>Change the given attributes of a run; null leaves one as it is.</summary>
[GenerateSerializer, Immutable, Alias("mlops.UpdateRun")]
public sealed record UpdateRun(
    [property: Id(0)] RunStatus? Status,
    [property: Id(1)] long? EndTime,
    [property: Id(2)] string? RunName);

/// <summary>Metrics, parameters and tags to log, validated by the protocol layer.
/// Written in this order, each part on its own: parameters, metrics, tags; a parameter conflict stops before the metrics.</summary>
[GenerateSerializer, Immutable, Alias("mlops.LogBatch")]
public sealed record LogBatch(
    [property: Id(0)] IReadOnlyList<Metric> Metrics,
    [property: Id(1)] IReadOnlyList<KeyValue> Params,
    [property: Id(2)] IReadOnlyList<KeyValue> Tags)
{
    /// <summary>Metrics that belong to logged models too; each is among <see cref="Metrics"/> as well.</summary>
    [Id(3)]
    public IReadOnlyList<ModelMetric> ModelMetrics { get; init; } = [];

    public static LogBatch OfMetric(Metric metric) => new([metric], [], []);

    public static LogBatch OfParam(string key, string value) => new([], [new KeyValue(key, value)], []);

    public static LogBatch OfTag(string key, string value) => new([], [], [new KeyValue(key, value)]);
}
