using System.Collections.Concurrent;

namespace MLOps.Client.Tests.Runs;

/// <summary>The system's clock, except that every wait is over at once and remembered.</summary>
internal sealed class RecordingTime : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
