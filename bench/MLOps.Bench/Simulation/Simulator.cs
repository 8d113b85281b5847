namespace MLOps.Bench.Simulation;

/// <summary>A clock that jumps from event to event. Events of one time happen in the order in which they were made, so a seed gives one course.</summary>
internal sealed class Simulator(int seed)
{
    private readonly PriorityQueue<Action, (double Time, long Number)> _events = new();
    private readonly Random _random = new(seed);
    private long _number;

    /// <summary>Seconds since the start.</summary>
    public double Now { get; private set; }

    public void After(double seconds, Action action) => _events.Enqueue(action, (Now + seconds, _number++));

    public void RunUntil(double end)
    {
        while (_events.TryPeek(out _, out var next) && next.Time <= end)
        {
            Now = next.Time;
            _events.Dequeue()();
        }

        Now = end;
    }

    public int Choose(int count) => _random.Next(count);

    /// <summary>A time around a mean: half of it certain, half exponential, as the work of servers is spread by caches and interrupts.</summary>
    public double Around(double mean) => mean * (0.5 - (0.5 * Math.Log(1 - _random.NextDouble())));
}
