namespace MLOps.Client.Training.Search;

/// <summary>Median pruning: a trial whose best value so far is worse than the median of the completed trials' at the same step is stopped.</summary>
public sealed record SearchPruning
{
    /// <summary>Metric that trials log as they go. Default: the objective.</summary>
    public string? Metric { get; init; }

    /// <summary>Trials that must have completed before any is pruned. Default: 5.</summary>
    public int? StartTrials { get; init; }

    /// <summary>Steps in which a trial is not judged. Default: 0.</summary>
    public long? WarmUpSteps { get; init; }
}
