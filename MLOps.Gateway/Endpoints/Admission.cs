using System.Collections.Concurrent;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Endpoints;

/// <summary>Lets so many requests of an endpoint run and so many wait, in the order they came; the rest is refused at once.
/// A free place is taken by one compare-and-swap: nothing is locked or allocated until somebody has to wait.</summary>
internal sealed class Admission(string endpoint, EndpointLimits limits, TimeProvider time)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<TaskCompletionSource> _queue = new();
    private readonly CallerRates? _rates = limits.RatePerSecond > 0 ? new CallerRates(limits.RatePerSecond, limits.Burst, time) : null;
    private int _running;
    private int _waiting;

    public EndpointLimits Limits => limits;

    /// <summary>How long a request may take; null: as long as it likes.</summary>
    public TimeSpan? Timeout { get; } = limits.TimeoutMs > 0 ? TimeSpan.FromMilliseconds(limits.TimeoutMs) : null;

    /// <summary>Completes when the request may run. <see cref="Exit"/> must follow.</summary>
    /// <exception cref="MLOpsException">TooManyRequests: the caller's rate. ResourceExhausted: the queue is full. DeadlineExceeded: waited too long.</exception>
    public ValueTask EnterAsync(string? callerKey, CancellationToken cancellationToken)
    {
        if (_rates?.TryTake(callerKey ?? "") is { } after)
        {
            throw new MLOpsException(ProblemCode.TooManyRequests, $"The caller asks endpoint '{endpoint}' more often than {limits.RatePerSecond} times a second: slow down.") { RetryAfter = after };
        }

        return limits.MaxConcurrency == 0 || TryTake() ? ValueTask.CompletedTask : new ValueTask(WaitAsync(cancellationToken));
    }

    public void Exit()
    {
        if (limits.MaxConcurrency > 0)
        {
            Release();
        }
    }

    private bool TryTake()
    {
        var running = Volatile.Read(ref _running);
        while (running < limits.MaxConcurrency)
        {
            var seen = Interlocked.CompareExchange(ref _running, running + 1, running);
            if (seen == running)
            {
                return true;
            }

            running = seen;
        }

        return false;
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > limits.MaxQueue)
        {
            Interlocked.Decrement(ref _waiting);
            throw new MLOpsException(
                ProblemCode.ResourceExhausted,
                $"Endpoint '{endpoint}' is full: {limits.MaxConcurrency} requests run and {limits.MaxQueue} wait. Retry later.") { RetryAfter = RetryAfter };
        }

        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Enqueue(turn);

        // A place may have become free before this one was seen waiting.
        GiveFree();
        try
        {
            await turn.Task.WaitAsync(Timeout ?? System.Threading.Timeout.InfiniteTimeSpan, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            if (!turn.TrySetCanceled(CancellationToken.None))
            {
                // Its turn came in the same moment: the next one has it.
                Release();
            }

            if (exception is TimeoutException)
            {
                throw TimedOut(exception);
            }

            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public MLOpsException TimedOut(Exception? inner = null) =>
        new(ProblemCode.DeadlineExceeded, $"Endpoint '{endpoint}' did not answer within {limits.TimeoutMs} ms.", inner);

    /// <summary>A place goes to who waits; only where nobody does it becomes free.</summary>
    private void Release()
    {
        if (!Hand())
        {
            Interlocked.Decrement(ref _running);
            GiveFree();
        }
    }

    private void GiveFree()
    {
        while (!_queue.IsEmpty && TryTake())
        {
            if (!Hand())
            {
                Interlocked.Decrement(ref _running);
            }
        }
    }

    private bool Hand()
    {
        while (_queue.TryDequeue(out var turn))
        {
            if (turn.TrySetResult())
            {
                return true;
            }
        }

        return false;
    }
}
