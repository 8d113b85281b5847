using MLOps.Contracts.Training;

namespace MLOps.Gateway.Training.Search;

/// <summary>Median pruning.</summary>
/// <param name="Metric">Metric that trials log as they go. Default: the objective.</param>
/// <param name="StartTrials">Trials that must have completed before any is pruned. Default: 5.</param>
/// <param name="WarmUpSteps">Steps in which a trial is not judged. Default: 0.</param>
internal sealed record SearchPruningRequest(string? Metric, int? StartTrials, long? WarmUpSteps)
{
    public SearchPruning ToSpec() => new(Metric ?? "", StartTrials ?? 5, WarmUpSteps ?? 0);
}
