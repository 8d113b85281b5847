using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MLOps.Contracts.Runs;

namespace MLOps.Gateway.Runs;

/// <summary>Holds what a run logged until its watcher has read it; a watcher that is too slow loses the oldest values, never the writer's time.</summary>
internal sealed class RunSubscriber : IRunObserver
{
    private const int Capacity = 10_000;

    private readonly Channel<(string Name, object Data)> _events = Channel.CreateBounded<(string, object)>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public Task OnMetricsAsync(IReadOnlyList<Metric> metrics)
    {
        foreach (var metric in metrics)
        {
            _events.Writer.TryWrite(("metric", new { metric.Key, metric.Value, metric.Timestamp, metric.Step }));
        }

        return Task.CompletedTask;
    }

    public Task OnUpdatedAsync(RunInfo info)
    {
        _events.Writer.TryWrite(("run", new { Status = info.Status.ToString().ToUpperInvariant(), info.EndTime }));
        return Task.CompletedTask;
    }

    /// <summary>What waits now; when nothing does, waits for at most <paramref name="patience"/>.</summary>
    public async IAsyncEnumerable<(string Name, object Data)> ReadAsync(TimeSpan patience, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
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

        while (_events.Reader.TryRead(out var happened))
        {
            yield return happened;
        }
    }
}
