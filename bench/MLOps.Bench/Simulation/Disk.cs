namespace MLOps.Bench.Simulation;

/// <summary>The log of a database: one flush at a time makes everything durable that was there when it began.</summary>
internal sealed class Disk(Simulator simulator, double flush)
{
    private List<Action> _waiting = [];
    private bool _busy;
    private double _work;

    public double Utilization(double seconds)
    {
        var utilization = _work / seconds;
        _work = 0;
        return utilization;
    }

    public void Flush(Action done)
    {
        _waiting.Add(done);
        if (!_busy)
        {
            Start();
        }
    }

    private void Start()
    {
        _busy = true;
        var flushed = _waiting;
        _waiting = [];
        simulator.After(flush, () =>
        {
            _work += flush;
            _busy = false;
            if (_waiting.Count > 0)
            {
                Start();
            }

            foreach (var done in flushed)
            {
                done();
            }
        });
    }
}
