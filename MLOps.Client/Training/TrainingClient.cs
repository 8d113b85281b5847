using MLOps.Client.Http;

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
    }

    public async Task<IReadOnlyList<CatalogModel>> GetCatalogAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<CatalogAnswer>("api/v1/models/catalog", cancellationToken)).Models ?? [];

    public Task<TrainingJob> StartAsync(TrainingRequest request, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<TrainingJob>("mlops/training/start", request, cancellationToken);

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<TrainingJob>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<JobsAnswer>("mlops/training/jobs", cancellationToken)).Jobs ?? [];

    public Task<TrainingJob> GetAsync(string jobId, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<TrainingJob>($"mlops/training/{QueryPath.Segment(jobId)}", cancellationToken);

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

    private sealed record CatalogAnswer(IReadOnlyList<CatalogModel>? Models);

    private sealed record JobsAnswer(IReadOnlyList<TrainingJob>? Jobs);
}
