using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MLOps.Client.Http;
using MLOps.Client.Runs;
using MLOps.Client.Training.Retraining;
using MLOps.Client.Training.Search;

namespace MLOps.Client.Training;

/// <summary>The model catalogue and training jobs.</summary>
public sealed class TrainingClient
{
    private static readonly TimeSpan DefaultPoll = TimeSpan.FromMilliseconds(500);

    private readonly Transport _transport;
    private readonly TimeProvider _time;

    internal TrainingClient(Transport transport, TimeProvider time)
    {
        _transport = transport;
        _time = time;
        Search = new SearchClient(transport);
        Retraining = new RetrainingClient(transport);
    }

    /// <summary>Hyper-parameter searches.</summary>
    public SearchClient Search { get; }

    /// <summary>Policies that train endpoints' models anew.</summary>
    public RetrainingClient Retraining { get; }

    public async Task<IReadOnlyList<CatalogModel>> GetCatalogAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<CatalogAnswer>("api/v1/models/catalog", cancellationToken)).Models ?? [];

    public Task<TrainingJob> StartAsync(TrainingRequest request, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<TrainingJob>("mlops/training/start", request, cancellationToken);

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<TrainingJob>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<JobsAnswer>("mlops/training/jobs", cancellationToken)).Jobs ?? [];

    public Task<TrainingJob> GetAsync(string jobId, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<TrainingJob>($"mlops/training/{QueryPath.Segment(jobId)}", cancellationToken);

    /// <summary>A queued job pauses at once, a running one at its next checkpoint.</summary>
    public Task<TrainingJob> PauseAsync(string jobId, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<TrainingJob>($"mlops/training/{QueryPath.Segment(jobId)}/pause", new { }, cancellationToken);

    /// <summary>Goes on with a paused job.</summary>
    public Task<TrainingJob> ResumeAsync(string jobId, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<TrainingJob>($"mlops/training/{QueryPath.Segment(jobId)}/resume", new { }, cancellationToken);

    /// <summary>Ends the job; the best model so far, if there is one, is kept in its run's artifacts. Asked again, it ends at once.</summary>
    public Task<TrainingJob> StopAsync(string jobId, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<TrainingJob>($"mlops/training/{QueryPath.Segment(jobId)}/stop", new { }, cancellationToken);

    /// <summary>Waits until the job has ended, however it ended: <see cref="TrainingJob.EnsureCompleted"/> tells.</summary>
    /// <param name="progress">Called with each state seen, the last one included, before this returns.</param>
    /// <param name="poll">Time between two looks. Default: 500 ms.</param>
    public async Task<TrainingJob> WaitAsync(
        string jobId,
        Action<TrainingJob>? progress = null,
        TimeSpan? poll = null,
        CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var job = await GetAsync(jobId, cancellationToken);
            progress?.Invoke(job);
            if (job.IsEnded)
            {
                return job;
            }

            await Task.Delay(poll ?? DefaultPoll, _time, cancellationToken);
        }
    }

    /// <summary>The job at every change, its curves so far, then each metric, until the job has ended. A stream that breaks off is begun anew by calling again: it is whole by itself.</summary>
    public async IAsyncEnumerable<TrainingEvent> StreamAsync(string jobId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var response = await _transport.SendAsync(
            HttpMethod.Get, $"mlops/training/{QueryPath.Segment(jobId)}/events", null, cancellationToken, "text/event-stream");
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var events = SseParser.Create(body, Parse).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await _transport.NextAsync(events))
        {
            // Other kinds of event may come with newer gateways.
            if (events.Current.Data is { } happened)
            {
                yield return happened;
            }
        }
    }

    private static TrainingEvent? Parse(string eventType, ReadOnlySpan<byte> data) => eventType switch
    {
        "job" => new TrainingJobChanged(JsonSerializer.Deserialize<TrainingJob>(data, ClientJson.Options)!),
        "curve" => new TrainingCurve(JsonSerializer.Deserialize<MetricSeries>(data, ClientJson.Options)!),
        "metric" => JsonSerializer.Deserialize<TrainingMetric>(data, ClientJson.Options),
        _ => null,
    };

    private sealed record CatalogAnswer(IReadOnlyList<CatalogModel>? Models);

    private sealed record JobsAnswer(IReadOnlyList<TrainingJob>? Jobs);
}
