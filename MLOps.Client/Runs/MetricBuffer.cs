using System.Net;
using MLOps.Client.Http;

namespace MLOps.Client.Runs;

/// <summary>Metric values on their way to the server. A value starts its own sending when nothing is being sent; what comes meanwhile goes together, in order, at most
/// <see cref="RunsClient.MaxMetricsPerBatch"/> at a time. There is no timer.</summary>
/// <remarks>A value leaves only when the server has acknowledged it, or has refused it for what it is. The buffer is not bounded: a server that is away for long costs about 50 bytes a value.</remarks>
internal sealed class MetricBuffer(string runId, Func<IReadOnlyList<Metric>, CancellationToken, Task> send, RetryPolicy retry)
{
    private readonly Lock _lock = new();
    private readonly Queue<Metric> _waiting = new();

    /// <summary>Taken from the queue and not yet settled; the top is next. Only the sender touches it.</summary>
    private readonly Stack<Metric[]> _taken = new();

    private Task _sender = Task.CompletedTask;
    private TaskCompletionSource _progress = NewProgress();
    private long _accepted;
    private long _settled;
    private int _refused;
    private MLOpsClientException? _refusal;
    private MLOpsClientException? _failure;
    private bool _closed;

    /// <exception cref="ObjectDisposedException">The run has ended.</exception>
    public void Add(Metric metric)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(ActiveRun));
            _waiting.Enqueue(metric);
            _accepted++;
            StartSender();
        }
    }

    /// <summary>Takes no more values.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }

    /// <summary>Returns when everything that was added before is durable.</summary>
    /// <exception cref="UndeliveredMetricsException">Values were refused since the last flush, or could not be sent; those stay, and the next flush or value tries again.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        long goal;
        lock (_lock)
        {
            goal = _accepted;
            StartSender();
        }

        while (true)
        {
            Task progress;
            lock (_lock)
            {
                if (_settled >= goal)
                {
                    ThrowRefused();
                    return;
                }

                if (_sender.IsCompleted)
                {
                    throw new UndeliveredMetricsException(runId, (int)Math.Min(int.MaxValue, _accepted - _settled + TakeRefused()), _failure!);
                }

                progress = _progress.Task;
            }

            await progress.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewProgress() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void StartSender()
    {
        if (_sender.IsCompleted && _settled < _accepted)
        {
            _failure = null;
            _sender = Task.Run(SendAsync);
        }
    }

    private async Task SendAsync()
    {
        while (Next() is { } batch)
        {
            try
            {
                await retry.RunAsync(token => send(batch, token), CancellationToken.None);
                Settle(batch.Length, null);
            }
            catch (MLOpsClientException e) when (e.Status == HttpStatusCode.BadRequest)
            {
                // The server checks a whole request before it writes anything of it. What it can dislike is a key, so each key goes alone and the good ones arrive.
                var keys = batch.GroupBy(metric => metric.Key, StringComparer.Ordinal).Select(group => group.ToArray()).ToArray();
                if (keys.Length == 1)
                {
                    Settle(batch.Length, e);
                }
                else
                {
                    _taken.Pop();
                    foreach (var key in keys.Reverse())
                    {
                        _taken.Push(key);
                    }
                }
            }
            catch (MLOpsClientException e)
            {
                Stop(e);
                return;
            }
            catch (InvalidOperationException e)
            {
                // The client was disposed before its run.
                Stop(new MLOpsClientException(e.Message, MLOpsClientException.Unreachable, inner: e));
                return;
            }
        }
    }

    private Metric[]? Next()
    {
        lock (_lock)
        {
            if (_taken.Count == 0 && _waiting.Count > 0)
            {
                var batch = new Metric[Math.Min(_waiting.Count, RunsClient.MaxMetricsPerBatch)];
                for (var i = 0; i < batch.Length; i++)
                {
                    batch[i] = _waiting.Dequeue();
                }

                _taken.Push(batch);
            }

            if (_taken.Count > 0)
            {
                return _taken.Peek();
            }

            // Under the lock, so that a value added now starts a sender of its own.
            _sender = Task.CompletedTask;
            Progress();
            return null;
        }
    }

    private void Settle(int count, MLOpsClientException? refusal)
    {
        lock (_lock)
        {
            _taken.Pop();
            _settled += count;
            if (refusal is not null)
            {
                _refused += count;
                _refusal ??= refusal;
            }

            Progress();
        }
    }

    private void Stop(MLOpsClientException failure)
    {
        lock (_lock)
        {
            _failure = failure;
            _sender = Task.CompletedTask;
            Progress();
        }
    }

    private void Progress()
    {
        _progress.SetResult();
        _progress = NewProgress();
    }

    private void ThrowRefused()
    {
        if (_refused > 0)
        {
            var reason = _refusal!;
            throw new UndeliveredMetricsException(runId, TakeRefused(), reason);
        }
    }

    /// <summary>A refusal is reported once.</summary>
    private int TakeRefused()
    {
        var count = _refused;
        _refused = 0;
        _refusal = null;
        return count;
    }
}
