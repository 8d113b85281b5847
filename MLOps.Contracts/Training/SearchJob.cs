using MLOps.Contracts.Experiments;

namespace MLOps.Contracts.Training;

public enum SearchMethod
{
    /// <summary>Every combination.</summary>
    Grid = 0,

    /// <summary>Each point by itself, uniform over the space.</summary>
    Random,

    /// <summary>Each point where the densities of good and other points promise most (tree-structured Parzen estimator).</summary>
    Tpe,
}

public enum SearchStatus
{
    Running = 0,
    Completed,
    Failed,
    Stopped,
}

public enum SearchTrialStatus
{
    /// <summary>Its job waits, runs or is paused.</summary>
    Running = 0,
    Completed,

    /// <summary>It was worse than most and ended early.</summary>
    Pruned,
    Failed,
    Stopped,
}

/// <summary>A hyper-parameter that is varied.</summary>
/// <param name="Low">Null: the model's own least value.</param>
/// <param name="High">Null: the model's own largest value.</param>
/// <param name="IsLog">Whether the range is searched by its logarithm.</param>
/// <param name="Choices">The values to try; empty: the range, or all values of a text.</param>
[GenerateSerializer, Immutable, Alias("mlops.SearchDimension")]
public sealed record SearchDimensionSpec(
    [property: Id(0)] string Name,
    [property: Id(1)] double? Low,
    [property: Id(2)] double? High,
    [property: Id(3)] bool IsLog,
    [property: Id(4)] IReadOnlyList<string> Choices);

/// <summary>Median pruning: a trial whose best value so far is worse than the median of the completed trials' at the same step is stopped.</summary>
/// <param name="Metric">Metric that trials log as they go; empty: the objective.</param>
/// <param name="StartTrials">Trials that must have completed before any is pruned.</param>
/// <param name="WarmUpSteps">Steps in which a trial is not judged.</param>
[GenerateSerializer, Immutable, Alias("mlops.SearchPruning")]
public sealed record SearchPruning(
    [property: Id(0)] string Metric,
    [property: Id(1)] int StartTrials,
    [property: Id(2)] long WarmUpSteps);

/// <summary>What to search.</summary>
/// <param name="Training">What every trial has in common. Its run name is the parent run's; what is to be registered is made of the best trial.</param>
/// <param name="Metric">The objective: the trial's last value of it counts.</param>
/// <param name="Trials">At most; 0 with <see cref="SearchMethod.Grid"/>: the whole grid.</param>
/// <param name="Parallel">Trials that wait or run at a time.</param>
/// <param name="GridPoints">Values of each range in a grid.</param>
/// <param name="Pruning">Null: every trial comes to its end.</param>
[GenerateSerializer, Immutable, Alias("mlops.SearchSpec")]
public sealed record SearchSpec(
    [property: Id(0)] TrainingJobSpec Training,
    [property: Id(1)] IReadOnlyList<SearchDimensionSpec> Space,
    [property: Id(2)] SearchMethod Method,
    [property: Id(3)] string Metric,
    [property: Id(4)] bool HigherIsBetter,
    [property: Id(5)] int Trials,
    [property: Id(6)] int Parallel,
    [property: Id(7)] int Seed,
    [property: Id(8)] int GridPoints,
    [property: Id(9)] SearchPruning? Pruning);

/// <summary>One point of a search, trained by a job of its own.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Value">Of the objective, of a pruned trial its best so far of the metric that it was judged by; null: none.</param>
/// <param name="Message">Why it has no value.</param>
[GenerateSerializer, Immutable, Alias("mlops.SearchTrial")]
public sealed record SearchTrial(
    [property: Id(0)] int Number,
    [property: Id(1)] string JobId,
    [property: Id(2)] IReadOnlyList<KeyValue> Values,
    [property: Id(3)] SearchTrialStatus Status,
    [property: Id(4)] double? Value = null,
    [property: Id(5)] string? RunId = null,
    [property: Id(6)] string? Message = null);

/// <summary>A search as it is. Times are Unix ms.</summary>
/// <param name="RunId">The parent run; null until it is made.</param>
/// <param name="Best">Number of the best completed trial; null: none yet.</param>
[GenerateSerializer, Immutable, Alias("mlops.SearchSnapshot")]
public sealed record SearchSnapshot(
    [property: Id(0)] string SearchId,
    [property: Id(1)] SearchSpec Spec,
    [property: Id(2)] SearchStatus Status,
    [property: Id(3)] string? Message,
    [property: Id(4)] string? RunId,
    [property: Id(5)] IReadOnlyList<SearchTrial> Trials,
    [property: Id(6)] int? Best,
    [property: Id(7)] string? ModelName,
    [property: Id(8)] int? ModelVersion,
    [property: Id(9)] long CreationTime,
    [property: Id(10)] long? EndTime);
