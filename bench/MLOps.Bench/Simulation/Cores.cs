namespace MLOps.Bench.Simulation;

/// <summary>The processors of one machine: work is done in the order of its arrival, as many pieces at a time as there are cores.</summary>
/// <param name="share">Of a core's time that is there for work.</param>
internal sealed class Cores(Simulator simulator, int count, double share)
{
    private readonly Queue<(Func<double> Mean, Action Done)> _waiting = new();
    private int _busy;

    /// <summary>Seconds that the cores have worked since <see cref="Restart"/>.</summary>
    public double Work { get; private set; }

    public double Utilization(double seconds) => Work / (seconds * share * count);

    /// <summary>Forgets the work so far.</summary>
    public void Restart() => Work = 0;

    /// <param name="mean">Asked when the work begins: how much there is then.</param>
    public void Run(Func<double> mean, Action done)
    {
        if (_busy < count)
        {
            Start(mean, done);
        }
        else
        {
            _waiting.Enqueue((mean, done));
        }
    }

    private void Start(Func<double> mean, Action done)
    {
        _busy++;
        var seconds = simulator.Around(mean());
        simulator.After(seconds / share, () =>
        {
            _busy--;
            Work += seconds;
            if (_waiting.TryDequeue(out var next))
            {
                Start(next.Mean, next.Done);
            }

            done();
        });
    }
}
