using System.Runtime.ExceptionServices;

namespace MLOps.Client.Runs;

/// <summary>A run being written. Metrics are gathered and sent once a second; disposing sends the rest and ends the run.</summary>
/// <remarks>A value leaves the buffer only when the gateway has acknowledged it as durable. A send that fails is tried again with the next one,
/// and what <see cref="FlushAsync"/> or <see cref="DisposeAsync"/> cannot send makes them throw.
/// <see cref="DisposeAsync"/> cannot see whether its block was left by an exception: call <see cref="EndAs"/>, or use <see cref="MLOpsClient.TrackAsync"/>, which does.</remarks>
public sealed class ActiveRun : IAsyncDisposable
{
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(1);

    private readonly MLOpsClient _client;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Lock _lock = new();
    private readonly List<Metric> _buffer = [];
    private Task _background = Task.CompletedTask;
    private RunStatus _end = RunStatus.Finished;
    private bool _disposed;

    internal ActiveRun(MLOpsClient client, Run run, TimeProvider time)
    {
        _client = client;
        _time = time;
        Run = run;
        _timer = time.CreateTimer(_ => StartBackgroundFlush(), null, FlushInterval, FlushInterval);
    }

    /// <summary>The run as it was created.</summary>
    public Run Run { get; }

    public string Id => Run.Info.RunId;

    /// <summary>Gathers a value stamped with the current time.</summary>
    public void LogMetric(string key, double value, long step = 0)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _buffer.Add(new Metric(key, value, _time.GetUtcNow(), step));
        }
    }

    /// <summary>Gathers one step's values.</summary>
    public void LogMetrics(IReadOnlyDictionary<string, double> values, long step = 0)
    {
        foreach (var (key, value) in values)
        {
            LogMetric(key, value, step);
        }
    }

    public Task LogParamAsync(string key, string value, CancellationToken cancellationToken = default) =>
        _client.Runs.LogParamAsync(Id, key, value, cancellationToken);

    public Task LogParamsAsync(IReadOnlyDictionary<string, string> parameters, CancellationToken cancellationToken = default) =>
        _client.Runs.LogBatchAsync(Id, parameters: parameters, cancellationToken: cancellationToken);

    public Task SetTagAsync(string key, string value, CancellationToken cancellationToken = default) =>
        _client.Runs.SetTagAsync(Id, key, value, cancellationToken);

    /// <param name="path">Path inside the run's artifacts, for example <c>model/model.onnx</c>.</param>
    public Task LogArtifactAsync(string path, Stream content, CancellationToken cancellationToken = default) =>
        _client.Artifacts.UploadAsync(Run, path, content, cancellationToken);

    /// <summary>Sends what is gathered; returns when it is durable.</summary>
    /// <exception cref="MLOpsClientException">It could not be sent; it stays gathered.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            while (Peek() is { Length: > 0 } batch)
            {
                await _client.Runs.LogBatchAsync(Id, batch, cancellationToken: cancellationToken);
                lock (_lock)
                {
                    _buffer.RemoveRange(0, batch.Length);
                }
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The status that disposing gives the run. Default: FINISHED.</summary>
    public void EndAs(RunStatus status) => _end = status;

    /// <summary>Sends the rest and ends the run; FAILED when the rest could not be sent.</summary>
    /// <exception cref="MLOpsClientException">Values could not be sent, or the status could not be set.</exception>
    /// <exception cref="AggregateException">Neither could.</exception>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await _timer.DisposeAsync();
        await _background;
        MLOpsClientException? lost = null;
        try
        {
            await FlushAsync();
        }
        catch (MLOpsClientException e)
        {
            lost = e;
        }

        try
        {
            await _client.Runs.UpdateAsync(Id, lost is null ? _end : RunStatus.Failed);
        }
        catch (MLOpsClientException e) when (lost is not null)
        {
            throw new AggregateException(lost, e);
        }
        finally
        {
            _sending.Dispose();
        }

        if (lost is not null)
        {
            ExceptionDispatchInfo.Throw(lost);
        }
    }

    private void StartBackgroundFlush()
    {
        lock (_lock)
        {
            if (!_disposed && _buffer.Count > 0 && _background.IsCompleted)
            {
                _background = FlushInBackgroundAsync();
            }
        }
    }

    private async Task FlushInBackgroundAsync()
    {
        await Task.Yield();
        try
        {
            await FlushAsync();
        }
        catch (MLOpsClientException)
        {
            // Nothing is lost: the values stay, the next flush tries again, and the last one throws.
        }
    }

    private Metric[] Peek()
    {
        lock (_lock)
        {
            return [.. _buffer.Take(RunsClient.MaxMetricsPerBatch)];
        }
    }
}
