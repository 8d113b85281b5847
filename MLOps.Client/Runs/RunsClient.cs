using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MLOps.Client.Http;

namespace MLOps.Client.Runs;

/// <summary>Runs, their parameters, tags and metrics.</summary>
public sealed class RunsClient
{
    /// <summary>The most metrics that one <see cref="LogBatchAsync"/> request carries; longer lists are sent in several.</summary>
    public const int MaxMetricsPerBatch = 1000;

    private const int MaxParamsPerBatch = 100;
    private const int HistoryPage = 25_000;
    private const string Mlflow = "api/2.0/mlflow";
    private const string Native = "api/v1/mlflow";
    private readonly Transport _transport;
    private readonly TimeProvider _time;

    internal RunsClient(Transport transport, TimeProvider time)
    {
        _transport = transport;
        _time = time;
    }

    /// <summary>Creates a run in the state RUNNING. <see cref="MLOpsClient.StartRunAsync"/> is the comfortable way.</summary>
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

    /// <summary>An experiment's runs, newest first.</summary>
    public async Task<RunPage> ListAsync(string experiment, int maxResults = 100, string? pageToken = null, CancellationToken cancellationToken = default)
    {
        var path = QueryPath.WithQuery(
            $"{Native}/experiments/{QueryPath.Segment(experiment)}/runs",
            ("max_results", maxResults.ToString(CultureInfo.InvariantCulture)),
            ("page_token", pageToken));
        var answer = await _transport.GetAsync<ListAnswer>(path, cancellationToken);
        return new RunPage(answer.Runs ?? [], Token(answer.NextPageToken));
    }

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
    public async IAsyncEnumerable<Metric> GetHistoryAsync(string runId, string key, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? token = null;
        do
        {
            var path = QueryPath.WithQuery(
                $"{Mlflow}/metrics/get-history",
                ("run_id", runId),
                ("metric_key", key),
                ("max_results", HistoryPage.ToString(CultureInfo.InvariantCulture)),
                ("page_token", token));
            var answer = await _transport.GetAsync<HistoryAnswer>(path, cancellationToken);
            foreach (var metric in answer.Metrics ?? [])
            {
                yield return metric;
            }

            token = Token(answer.NextPageToken);
        }
        while (token is not null);
    }

    /// <summary>Curves for drawing: at most <paramref name="maxPoints"/> points each.</summary>
    /// <param name="key">Null: every metric of the run.</param>
    public async Task<IReadOnlyList<MetricSeries>> GetCurvesAsync(string runId, string? key = null, int maxPoints = 2000, CancellationToken cancellationToken = default)
    {
        var path = QueryPath.WithQuery(
            $"{Native}/runs/{QueryPath.Segment(runId)}/metrics",
            ("key", key),
            ("max_points", maxPoints.ToString(CultureInfo.InvariantCulture)));
        return (await _transport.GetAsync<CurvesAnswer>(path, cancellationToken)).Series ?? [];
    }

    /// <summary>What is logged from now on, until the server ends the stream or the caller stops listening.</summary>
    public async IAsyncEnumerable<RunEvent> StreamAsync(string runId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var response = await _transport.SendAsync(
            HttpMethod.Get, $"{Native}/runs/{QueryPath.Segment(runId)}/metrics/stream", null, cancellationToken, "text/event-stream");
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var events = SseParser.Create(body, Parse).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(events))
        {
            // Other kinds of event may come with newer gateways.
            if (events.Current.Data is { } happened)
            {
                yield return happened;
            }
        }
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<SseItem<RunEvent?>> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw _transport.Unreachable(e);
        }
        catch (JsonException e)
        {
            throw new MLOpsClientException($"An event of the run's stream is not the JSON expected ({e.Message})", MLOpsClientException.BadAnswer, System.Net.HttpStatusCode.OK, e);
        }
    }

    private static RunEvent? Parse(string eventType, ReadOnlySpan<byte> data) => eventType switch
    {
        "metric" => JsonSerializer.Deserialize<MetricLogged>(data, ClientJson.Options),
        "run" => JsonSerializer.Deserialize<RunStatusChanged>(data, ClientJson.Options),
        _ => null,
    };

    private static string? Token(string? token) => string.IsNullOrEmpty(token) ? null : token;

    private sealed record RunAnswer(MlflowRun Run);

    private sealed record UpdateAnswer(RunInfo RunInfo);

    private sealed record SearchAnswer(IReadOnlyList<MlflowRun>? Runs, string? NextPageToken);

    private sealed record ListAnswer(IReadOnlyList<Run>? Runs, string? NextPageToken);

    private sealed record HistoryAnswer(IReadOnlyList<Metric>? Metrics, string? NextPageToken);

    private sealed record CurvesAnswer(IReadOnlyList<MetricSeries>? Series);
}
