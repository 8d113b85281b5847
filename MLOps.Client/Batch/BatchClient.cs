using System.Net.Http.Headers;
using MLOps.Client.Http;

namespace MLOps.Client.Batch;

/// <summary>Batch inference: a model over every row of a dataset or a file.</summary>
public sealed class BatchClient
{
    private const string Root = "mlops/batch";
    private static readonly TimeSpan DefaultPoll = TimeSpan.FromMilliseconds(500);

    private readonly Transport _transport;
    private readonly TimeProvider _time;

    internal BatchClient(Transport transport, TimeProvider time)
    {
        _transport = transport;
        _time = time;
    }

    /// <summary>Sends a CSV (UTF-8, with a header line) or Parquet file for jobs to read.</summary>
    public async Task<BatchUpload> UploadAsync(Stream table, CancellationToken cancellationToken = default)
    {
        var content = new StreamContent(table);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await _transport.SendAsync<BatchUpload>(HttpMethod.Post, $"{Root}/upload", content, cancellationToken);
    }

    public Task<BatchJob> StartAsync(BatchRequest request, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<BatchJob>($"{Root}/start", request, cancellationToken);

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<BatchJob>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<JobsAnswer>($"{Root}/jobs", cancellationToken)).Jobs ?? [];

    public Task<BatchJob> GetAsync(string jobId, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<BatchJob>($"{Root}/{QueryPath.Segment(jobId)}", cancellationToken);

    /// <summary>Makes a job wait; its finished rows stay.</summary>
    public Task<BatchJob> PauseAsync(string jobId, CancellationToken cancellationToken = default) => ActAsync(jobId, "pause", cancellationToken);

    /// <summary>Goes on with a paused job at its first unfinished row.</summary>
    public Task<BatchJob> ResumeAsync(string jobId, CancellationToken cancellationToken = default) => ActAsync(jobId, "resume", cancellationToken);

    public Task<BatchJob> StopAsync(string jobId, CancellationToken cancellationToken = default) => ActAsync(jobId, "stop", cancellationToken);

    /// <summary>Waits until the job has ended, however it ended: <see cref="BatchJob.EnsureCompleted"/> tells. A paused job is waited for.</summary>
    /// <param name="progress">Called with each state seen, the last one included, before this returns.</param>
    /// <param name="poll">Time between two looks. Default: 500 ms.</param>
    public async Task<BatchJob> WaitAsync(string jobId, Action<BatchJob>? progress = null, TimeSpan? poll = null, CancellationToken cancellationToken = default)
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

    private Task<BatchJob> ActAsync(string jobId, string action, CancellationToken cancellationToken) =>
        _transport.PostAsync<BatchJob>($"{Root}/{QueryPath.Segment(jobId)}/{action}", new { }, cancellationToken);

    private sealed record JobsAnswer(IReadOnlyList<BatchJob>? Jobs);
}
