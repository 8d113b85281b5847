using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MLOps.Contracts.Runs;

namespace MLOps.Gateway.Runs;

/// <summary>Holds what a run logged until its watcher has read it; a watcher that is too slow loses the oldest values, never the writer's time, and is told how many.</summary>
internal sealed class RunSubscriber : IRunObserver
{
    private readonly Channel<object> _events;
    private readonly int _capacity;
    private long _lost;

    /// <param name="capacity">Values that may wait, ≥ 1.</param>
    public RunSubscriber(int capacity = 10_000)
    {
        _capacity = capacity;
        _events = Channel.CreateBounded<object>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _lost));
    }

    public Task OnMetricsAsync(IReadOnlyList<Metric> metrics)
    {
        foreach (var metric in metrics)
        {
            _events.Writer.TryWrite(metric);
        }

        return Task.CompletedTask;
    }

    public Task OnUpdatedAsync(RunInfo info)
    {
        _events.Writer.TryWrite(info);
        return Task.CompletedTask;
    }

    /// <summary>How many values were lost since it was last asked.</summary>
    public long TakeLost() => Interlocked.Exchange(ref _lost, 0);

    /// <summary>What waits now, a <see cref="Metric"/> or a <see cref="RunInfo"/> each; when nothing does, waits for at most <paramref name="patience"/>.
    /// Ends after as many as may wait, so that a run that logs without pause does not keep its reader from anything else.</summary>
    public async IAsyncEnumerable<object> ReadAsync(TimeSpan patience, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _events.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing happened within the patience.
        }

        for (var i = 0; i < _capacity && _events.Reader.TryRead(out var happened); i++)
        {
            yield return happened;
        }
    }
}
