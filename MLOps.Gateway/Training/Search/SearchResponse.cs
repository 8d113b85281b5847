using MLOps.Contracts.Training;

namespace MLOps.Gateway.Training.Search;

/// <summary>A search on the wire. Times are Unix ms.</summary>
/// <param name="RunId">The parent run.</param>
/// <param name="Best">The best completed trial so far.</param>
/// <param name="MaximumTrials">How many there will be at most.</param>
internal sealed record SearchResponse(
    string SearchId,
    string Model,
    string Dataset,
    int DatasetVersion,
    string Experiment,
    string Method,
    string Metric,
    string Direction,
    string Status,
    string? Message,
    string? RunId,
    int MaximumTrials,
    IReadOnlyList<SearchTrialResponse> Trials,
    SearchTrialResponse? Best,
    string? ModelName,
    int? ModelVersion,
    long CreationTime,
    long? EndTime)
{
    public static SearchResponse Of(SearchSnapshot search)
    {
        var trials = search.Trials.Select(SearchTrialResponse.Of).ToArray();
        var training = search.Spec.Training;
        return new(
            search.SearchId,
            training.Model,
            training.Dataset,
            training.DatasetVersion,
            training.Experiment,
            search.Spec.Method.ToString().ToLowerInvariant(),
            search.Spec.Metric,
            search.Spec.HigherIsBetter ? "maximize" : "minimize",
            search.Status.ToString().ToLowerInvariant(),
            search.Message,
            search.RunId,
            search.Spec.Trials,
            trials,
            trials.FirstOrDefault(trial => trial.Number == search.Best),
            search.ModelName,
            search.ModelVersion,
            search.CreationTime,
            search.EndTime);
    }
}
