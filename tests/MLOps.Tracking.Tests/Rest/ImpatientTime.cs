using System.Collections.Concurrent;

namespace MLOps.Tracking.Tests.Rest;

/// <summary>A clock that does not wait: what asks for less than <see cref="TimeLimit"/> gets its time at once, and is written down. Time limits are as long as that and never reached.</summary>
internal sealed class ImpatientTime : TimeProvider
{
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(10);
    private readonly DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Options whose limits this clock does not cut short.</summary>
    public static UpstreamOptions Options => new() { AttemptTimeout = TimeLimit, TotalTimeout = 3 * TimeLimit, TransferTimeout = TimeLimit };

    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime >= TimeLimit || dueTime == Timeout.InfiniteTimeSpan)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        Waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
