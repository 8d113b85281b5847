namespace MLOps.Bench.Simulation;

/// <summary>The processors of one machine: work is done in the order of its arrival, as many pieces at a time as there are cores.</summary>
internal sealed class Cores(Simulator simulator, int count)
{
    private readonly Queue<(double Seconds, Action Done)> _waiting = new();
    private int _busy;
    private double _work;

    /// <summary>The share of their time that the cores have worked since the last question.</summary>
    public double Utilization(double seconds)
    {
        var utilization = _work / (seconds * count);
        _work = 0;
        return utilization;
    }

    public void Run(double mean, Action done)
    {
        var seconds = simulator.Around(mean);
        if (_busy < count)
        {
            Start(seconds, done);
        }
        else
        {
            _waiting.Enqueue((seconds, done));
        }
    }

    private void Start(double seconds, Action done)
    {
        _busy++;
        simulator.After(seconds, () =>
        {
            _busy--;
            _work += seconds;
            if (_waiting.TryDequeue(out var next))
            {
                Start(next.Seconds, next.Done);
            }

            done();
        });
    }
}
