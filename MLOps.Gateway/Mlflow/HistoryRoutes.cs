using System.Globalization;
using System.Text.Json;
using MLOps.Contracts.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>metrics/*</c>: one run's history, and several runs' at once for the curves of MLflow's UI.</summary>
internal static class HistoryRoutes
{
    private const int MaxRuns = 100;
    private const int MaxBulk = 25_000;
    private const int MaxSampled = 2_500;
    private const int MaxExperiments = 20;
    private const int MaxDatasets = 1000;

    public static void Map(MlflowRoutes routes)
    {
        routes.Get("metrics/get-history", GetHistoryAsync);
        routes.Get("metrics/get-history-bulk", GetBulkAsync);
        routes.Get("metrics/get-history-bulk-interval", GetSampledAsync);
        routes.Post("experiments/search-datasets", SearchDatasetsAsync);
    }

    private static async Task GetHistoryAsync(MlflowCall call)
    {
        var request = call.Request;
        var run = request.Required("run_id", "run_uuid");
        var page = await call.Tracking.GetMetricHistoryAsync(
            run,
            request.Required("metric_key"),
            request.Long("max_results") is { } limit and > 0 ? (int)Math.Min(limit, int.MaxValue - 1) : null,
            request.Text("page_token"),
            call.Cancelled);
        await call.AnswerAsync(json => MlflowJson.Page(json, "metrics", page, MlflowJson.Metric));
    }

    private static async Task GetBulkAsync(MlflowCall call)
    {
        var request = call.Request;
        var runs = request.Texts("run_id");
        if (runs.Count == 0)
        {
            throw MlflowRequest.Invalid("GetMetricHistoryBulk request must specify at least one run_id.");
        }

        if (runs.Count > MaxRuns)
        {
            throw MlflowRequest.Invalid($"GetMetricHistoryBulk request cannot specify more than {MaxRuns} run_ids. Received {runs.Count} run_ids.");
        }

        var key = request.Text("metric_key") is { Length: > 0 } given ? given : throw MlflowRequest.Invalid("GetMetricHistoryBulk request must specify a metric_key.");
        var left = (int)Math.Clamp(request.Long("max_results") ?? MaxBulk, 0, MaxBulk);
        var histories = new List<RunMetrics>();
        foreach (var run in runs.Distinct().Order(StringComparer.Ordinal))
        {
            if (left == 0)
            {
                break;
            }

            var page = await call.Tracking.GetMetricHistoryAsync(run, key, left, null, call.Cancelled);
            histories.Add(new RunMetrics(run, page.Items));
            left -= page.Items.Count;
        }

        await call.AnswerAsync(json => Write(json, histories, always: true));
    }

    private static async Task GetSampledAsync(MlflowCall call)
    {
        var histories = await SampleAsync(call);
        await call.AnswerAsync(json => Write(json, histories, always: false));
    }

    public static Task<IReadOnlyList<RunMetrics>> SampleAsync(MlflowCall call)
    {
        var request = call.Request;
        var runs = request.Texts("run_ids");
        if (runs.Count == 0)
        {
            throw MlflowRequest.Missing("run_ids");
        }

        if (runs.Count > MaxRuns)
        {
            throw MlflowRequest.Invalid($"GetMetricHistoryBulkInterval request must specify at most {MaxRuns} run_ids. Received {runs.Count} run_ids.");
        }

        var key = request.Required("metric_key");
        var steps = request.Long("max_results") ?? MaxSampled;
        if (steps is < 1 or > MaxSampled)
        {
            throw MlflowRequest.Invalid($"max_results must be between 1 and {MaxSampled}.");
        }

        var (start, end) = (request.Long("start_step"), request.Long("end_step"));
        if (start is null != end is null)
        {
            throw MlflowRequest.Invalid("If either start step or end step are specified, both must be specified.");
        }

        if (start > end)
        {
            throw MlflowRequest.Invalid(string.Create(CultureInfo.InvariantCulture, $"end_step must be greater than start_step. Found start_step={start} and end_step={end}."));
        }

        return call.Tracking.GetSampledHistoryAsync(new SampledHistory(runs, key, start, end, (int)steps), call.Cancelled);
    }

    public static Task<IReadOnlyList<DatasetSummary>> FindDatasetsAsync(MlflowCall call)
    {
        var experiments = call.Request.Texts("experiment_ids");
        if (experiments.Count == 0)
        {
            throw MlflowRequest.Invalid("SearchDatasets request must specify at least one experiment_id.");
        }

        if (experiments.Count > MaxExperiments)
        {
            throw MlflowRequest.Invalid($"SearchDatasets request cannot specify more than {MaxExperiments} experiment_ids. Received {experiments.Count} experiment_ids.");
        }

        return call.Tracking.SearchDatasetsAsync(experiments, MaxDatasets, call.Cancelled);
    }

    private static async Task SearchDatasetsAsync(MlflowCall call)
    {
        var datasets = await FindDatasetsAsync(call);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("dataset_summaries");
            foreach (var dataset in datasets)
            {
                json.WriteStartObject();
                json.WriteString("experiment_id", dataset.ExperimentId);
                json.WriteString("name", dataset.Name);
                json.WriteString("digest", dataset.Digest);
                if (dataset.Context is not null)
                {
                    json.WriteString("context", dataset.Context);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<RunMetrics> histories, bool always)
    {
        json.WriteStartObject();
        if (always || histories.Any(history => history.Metrics.Count > 0))
        {
            json.WriteStartArray("metrics");
            foreach (var history in histories)
            {
                foreach (var metric in history.Metrics)
                {
                    MlflowJson.RunMetric(json, metric, history.RunId);
                }
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
