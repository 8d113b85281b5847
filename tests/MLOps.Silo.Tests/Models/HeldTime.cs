using System.Collections.Concurrent;

namespace MLOps.Silo.Tests.Models;

/// <summary>The real clock, on which one wait, known by its length, is over when the test says so.</summary>
internal sealed class HeldTime(TimeSpan wait) : TimeProvider
{
    private readonly ConcurrentQueue<ITimer> _held = [];

    /// <summary>How many such waits have begun.</summary>
    public int Waits => _held.Count;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != wait)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        var timer = base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
        _held.Enqueue(timer);
        return timer;
    }

    /// <summary>Ends those that have begun.</summary>
    public void Pass()
    {
        foreach (var timer in _held)
        {
            timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
