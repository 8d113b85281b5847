using MLOps.Contracts.Runs;

namespace MLOps.Tracking.Rest;

internal sealed partial class RestTrackingStore
{
    private const int MaxHistoryPage = 25_000;
    private const int MaxSampledSteps = 2_500;
    private const int MaxDatasetExperiments = 20;

    /// <summary>A page size is always sent: without one, MLflow 3.3 to 3.11 answer with nothing.</summary>
    public Task<Page<Metric>> GetMetricHistoryAsync(string runId, string key, int? maxResults, string? pageToken, CancellationToken cancellationToken = default) => Paging.TakeAsync(
        maxResults ?? int.MaxValue,
        MaxHistoryPage,
        pageToken,
        (limit, token) => client.CallAsync(
            UpstreamCall.Get("metrics/get-history", ("run_id", runId), ("metric_key", key), ("max_results", UpstreamJson.Text(limit)), ("page_token", token)),
            answer => answer.Page("metrics", UpstreamJson.Metric),
            cancellationToken));

    /// <summary>MLflow chooses at most 2,500 steps, of at most 100 runs.</summary>
    public async Task<IReadOnlyList<RunMetrics>> GetSampledHistoryAsync(SampledHistory query, CancellationToken cancellationToken = default)
    {
        var parameters = new List<(string, string?)>(query.RunIds.Distinct().Select(id => ("run_ids", (string?)id)))
        {
            ("metric_key", query.Key),
            ("start_step", query.StartStep?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("end_step", query.EndStep?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("max_results", UpstreamJson.Text(Math.Min(query.MaxSteps, MaxSampledSteps))),
        };
        var byRun = await client.CallAsync(
            UpstreamCall.Get("metrics/get-history-bulk-interval", parameters.ToArray()),
            answer => answer.Items("metrics").Select(item => (RunId: item.Text("run_id"), Metric: UpstreamJson.Metric(item))).ToLookup(item => item.RunId, item => item.Metric),
            cancellationToken);
        return [.. query.RunIds.Select(id => new RunMetrics(id, [.. byRun[id]]))];
    }

    /// <summary>MLflow offers this to its own pages only, and not under <c>/api</c>.</summary>
    public async Task<IReadOnlyList<DatasetSummary>> SearchDatasetsAsync(IReadOnlyList<string> experimentIds, int maxResults, CancellationToken cancellationToken = default)
    {
        var found = new List<DatasetSummary>();
        foreach (var ids in experimentIds.Chunk(MaxDatasetExperiments))
        {
            found.AddRange(await client.CallAsync(
                UpstreamCall.Send(HttpMethod.Post, "ajax-api/2.0/mlflow/experiments/search-datasets", isIdempotent: true, json => json.Texts("experiment_ids", ids)),
                answer => answer.Items("dataset_summaries")
                    .Select(item => new DatasetSummary(item.Text("experiment_id"), item.Text("name"), item.OptionalText("digest") ?? string.Empty, item.OptionalText("context")))
                    .ToList(),
                cancellationToken));
        }

        return [.. found.Take(maxResults)];
    }
}
