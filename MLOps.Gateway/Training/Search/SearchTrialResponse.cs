using MLOps.Contracts.Training;

namespace MLOps.Gateway.Training.Search;

/// <param name="Number">From 0.</param>
/// <param name="Values">By hyper-parameter.</param>
/// <param name="Status"><c>running</c>, <c>completed</c>, <c>pruned</c>, <c>failed</c> or <c>stopped</c>.</param>
/// <param name="Value">Of the objective; of a pruned trial its best of the metric that it was judged by.</param>
internal sealed record SearchTrialResponse(int Number, IReadOnlyDictionary<string, string> Values, string Status, double? Value, string JobId, string? RunId, string? Message)
{
    public static SearchTrialResponse Of(SearchTrial trial) => new(
        trial.Number,
        trial.Values.ToDictionary(value => value.Key, value => value.Value),
        trial.Status.ToString().ToLowerInvariant(),
        trial.Value,
        trial.JobId,
        trial.RunId,
        trial.Message);
}
