using System.Globalization;
using MLOps.Client.Experiments;
using MLOps.Client.Http;

namespace MLOps.Client.Runs;

/// <summary>Runs, their parameters, tags and metrics.</summary>
public sealed partial class RunsClient
{
    /// <summary>The most metrics that one <see cref="LogBatchAsync"/> request carries; longer lists are sent in several.</summary>
    public const int MaxMetricsPerBatch = 1000;

    private const int MaxParamsPerBatch = 100;
    private const int HistoryPage = 25_000;
    private const string Mlflow = "api/2.0/mlflow";
    private readonly Transport _transport;
    private readonly ExperimentsClient _experiments;
    private readonly TimeProvider _time;

    internal RunsClient(Transport transport, ExperimentsClient experiments, TimeProvider time)
    {
        _transport = transport;
        _experiments = experiments;
        _time = time;
    }

    /// <summary>Creates a run in the state RUNNING. <see cref="MLOpsClient.StartRunAsync(RunOptions, CancellationToken)"/> is the comfortable way.</summary>
    public async Task<Run> CreateAsync(
        string experimentId,
        string? runName = null,
        IReadOnlyDictionary<string, string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        var body = new { experiment_id = experimentId, run_name = runName, start_time = _time.GetUtcNow(), user_id = Environment.UserName, tags = KeyValue.List(tags) };
        return (await _transport.PostAsync<RunAnswer>($"{Mlflow}/runs/create", body, cancellationToken)).Run.ToRun();
    }

    /// <summary>Sets what is given.</summary>
    /// <param name="endTime">Default: now when <paramref name="status"/> is an end, else unchanged.</param>
    public async Task<RunInfo> UpdateAsync(
        string runId,
        RunStatus? status = null,
        DateTimeOffset? endTime = null,
        string? runName = null,
        CancellationToken cancellationToken = default)
    {
        if (status is RunStatus.Finished or RunStatus.Failed or RunStatus.Killed)
        {
            endTime ??= _time.GetUtcNow();
        }

        var body = new { run_id = runId, status, end_time = endTime, run_name = runName };
        return (await _transport.PostAsync<UpdateAnswer>($"{Mlflow}/runs/update", body, cancellationToken)).RunInfo;
    }

    public async Task<Run> GetAsync(string runId, CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<RunAnswer>(QueryPath.WithQuery($"{Mlflow}/runs/get", ("run_id", runId)), cancellationToken)).Run.ToRun();

    /// <summary>Runs by MLflow's search grammar, for example <c>metrics.val_loss &lt; 0.2 and params.model = 'tcn'</c>.</summary>
    public async Task<RunPage> SearchAsync(
        IReadOnlyList<string> experimentIds,
        string? filter = null,
        IReadOnlyList<string>? orderBy = null,
        int maxResults = 1000,
        string? pageToken = null,
        CancellationToken cancellationToken = default)
    {
        var body = new { experiment_ids = experimentIds, filter, order_by = orderBy, max_results = maxResults, page_token = pageToken };
        var answer = await _transport.PostAsync<SearchAnswer>($"{Mlflow}/runs/search", body, cancellationToken);
        return new RunPage([.. (answer.Runs ?? []).Select(run => run.ToRun())], Token(answer.NextPageToken));
    }

    /// <summary>Every run that <see cref="SearchAsync"/> would give; pages are fetched as they are needed.</summary>
    /// <param name="pageSize">Runs a request, 1 to 50,000.</param>
    public IAsyncEnumerable<Run> SearchAllAsync(
        IReadOnlyList<string> experimentIds,
        string? filter = null,
        IReadOnlyList<string>? orderBy = null,
        int pageSize = 1000,
        CancellationToken cancellationToken = default) =>
        Paging.ReadAsync<Run>(
            async (token, cancelled) =>
            {
                var page = await SearchAsync(experimentIds, filter, orderBy, pageSize, token, cancelled);
                return (page.Runs, page.NextPageToken);
            },
            cancellationToken);

    /// <summary>An experiment's runs, newest first.</summary>
    public async Task<RunPage> ListAsync(string experiment, int maxResults = 100, string? pageToken = null, CancellationToken cancellationToken = default)
    {
        var owner = await _experiments.GetAsync(experiment, cancellationToken);
        return await SearchAsync([owner.ExperimentId], null, ["attributes.start_time DESC"], maxResults, pageToken, cancellationToken);
    }

    /// <summary>Marks a run as deleted.</summary>
    public Task DeleteAsync(string runId, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Mlflow}/runs/delete", new { run_id = runId }, cancellationToken);

    public Task RestoreAsync(string runId, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Mlflow}/runs/restore", new { run_id = runId }, cancellationToken);

    public Task LogMetricAsync(string runId, string key, double value, long step = 0, DateTimeOffset? timestamp = null, CancellationToken cancellationToken = default) =>
        _transport.PostAsync(
            $"{Mlflow}/runs/log-metric",
            new { run_id = runId, key, value, timestamp = timestamp ?? _time.GetUtcNow(), step },
            cancellationToken);

    /// <summary>Logs a parameter. Parameters never change: another value for the same key is refused.</summary>
    public Task LogParamAsync(string runId, string key, string value, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Mlflow}/runs/log-parameter", new { run_id = runId, key, value }, cancellationToken);

    public Task SetTagAsync(string runId, string key, string value, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Mlflow}/runs/set-tag", new { run_id = runId, key, value }, cancellationToken);

    public Task DeleteTagAsync(string runId, string key, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Mlflow}/runs/delete-tag", new { run_id = runId, key }, cancellationToken);

    /// <summary>Says which datasets a run reads.</summary>
    public Task LogInputsAsync(string runId, IReadOnlyList<RunDataset> datasets, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Mlflow}/runs/log-inputs", new { run_id = runId, datasets = datasets.Select(MlflowDatasetInput.From) }, cancellationToken);

    /// <summary>Lists a model among those that a run made.</summary>
    /// <param name="modelJson">What its MLmodel file says, as JSON.</param>
    internal Task LogModelAsync(string runId, string modelJson, CancellationToken cancellationToken) =>
        _transport.PostAsync($"{Mlflow}/runs/log-model", new { run_id = runId, model_json = modelJson }, cancellationToken);

    /// <summary>Logs many values; beyond the protocol's limits in as many requests as needed, in order.</summary>
    public async Task LogBatchAsync(
        string runId,
        IReadOnlyList<Metric>? metrics = null,
        IReadOnlyDictionary<string, string>? parameters = null,
        IReadOnlyDictionary<string, string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        foreach (var chunk in (KeyValue.List(parameters) ?? []).Chunk(MaxParamsPerBatch))
        {
            await _transport.PostAsync($"{Mlflow}/runs/log-batch", new { run_id = runId, @params = chunk }, cancellationToken);
        }

        foreach (var chunk in (KeyValue.List(tags) ?? []).Chunk(MaxParamsPerBatch))
        {
            await _transport.PostAsync($"{Mlflow}/runs/log-batch", new { run_id = runId, tags = chunk }, cancellationToken);
        }

        foreach (var chunk in (metrics ?? []).Chunk(MaxMetricsPerBatch))
        {
            await _transport.PostAsync($"{Mlflow}/runs/log-batch", new { run_id = runId, metrics = chunk }, cancellationToken);
        }
    }

    /// <summary>Every value of a metric, ordered by time; pages are fetched as they are needed.</summary>
    public IAsyncEnumerable<Metric> GetHistoryAsync(string runId, string key, CancellationToken cancellationToken = default) =>
        Paging.ReadAsync<Metric>(
            async (token, cancelled) =>
            {
                var path = QueryPath.WithQuery(
                    $"{Mlflow}/metrics/get-history",
                    ("run_id", runId),
                    ("metric_key", key),
                    ("max_results", HistoryPage.ToString(CultureInfo.InvariantCulture)),
                    ("page_token", token));
                var answer = await _transport.GetAsync<HistoryAnswer>(path, cancelled);
                return (answer.Metrics, answer.NextPageToken);
            },
            cancellationToken);

    private static string? Token(string? token) => string.IsNullOrEmpty(token) ? null : token;

    private sealed record RunAnswer(MlflowRun Run);

    private sealed record UpdateAnswer(RunInfo RunInfo);

    private sealed record SearchAnswer(IReadOnlyList<MlflowRun>? Runs, string? NextPageToken);

    private sealed record HistoryAnswer(IReadOnlyList<Metric>? Metrics, string? NextPageToken);
}
