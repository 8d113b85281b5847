namespace MLOps.Monitoring.Detectors;

/// <summary>Page–Hinkley test for a change of the mean in either direction, with a forgetting factor: the cumulated deviation decays by it and never falls below 0.</summary>
public sealed class PageHinkley
{
    private readonly int _minimumCount;
    private readonly double _delta;
    private readonly double _threshold;
    private readonly double _alpha;
    private long _count;
    private double _mean;
    private double _increase;
    private double _decrease;

    /// <param name="minimumCount">Observations before a change can be reported.</param>
    /// <param name="delta">Size of a change that is tolerated.</param>
    /// <param name="threshold">Cumulated deviation that is a change.</param>
    /// <param name="alpha">Forgetting factor of the cumulated deviation, 0..1.</param>
    public PageHinkley(int minimumCount = 30, double delta = 0.005, double threshold = 50, double alpha = 0.9999)
    {
        _minimumCount = minimumCount;
        _delta = delta;
        _threshold = threshold;
        _alpha = alpha;
    }

    /// <summary>Takes the next observation; true: the mean has changed and the detector starts anew.</summary>
    public bool Update(double value)
    {
        _count++;
        _mean += (value - _mean) / _count;
        _increase = Math.Max(0, (_alpha * _increase) + (value - _mean - _delta));
        _decrease = Math.Max(0, (_alpha * _decrease) + (_mean - value - _delta));
        var changed = _count >= _minimumCount && Math.Max(_increase, _decrease) > _threshold;
        if (changed)
        {
            Reset();
        }

        return changed;
    }

    private void Reset()
    {
        _count = 0;
        _mean = 0;
        _increase = 0;
        _decrease = 0;
    }
}
