namespace MLOps.Bench.Simulation;

/// <summary>A process on a machine that it may share with others.</summary>
internal sealed class Process(Cores machine)
{
    private int _underWay;

    public Cores Machine => machine;

    /// <summary>Nothing of it has or waits for a processor: all of its threads sleep.</summary>
    public bool Sleeps => _underWay == 0;

    public void Run(double mean, Action done) => Run(() => mean, done);

    /// <param name="mean">Asked when the work begins: how much there is then.</param>
    public void Run(Func<double> mean, Action done)
    {
        _underWay++;
        machine.Run(mean, () =>
        {
            _underWay--;
            done();
        });
    }
}
