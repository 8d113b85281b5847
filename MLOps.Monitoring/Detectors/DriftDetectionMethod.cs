namespace MLOps.Monitoring.Detectors;

/// <summary>DDM of Gama et al. (2004): watches an error rate and compares it with its best level p + s so far.</summary>
public sealed class DriftDetectionMethod
{
    private readonly int _warmUp;
    private readonly double _warningLevel;
    private readonly double _driftLevel;
    private long _count;
    private double _rate;
    private double _lowestRate;
    private double _lowestDeviation;
    private double _lowestSum = double.PositiveInfinity;

    /// <param name="warmUp">Observations before anything is reported.</param>
    /// <param name="warningLevel">Standard deviations above the best level that are a warning.</param>
    /// <param name="driftLevel">Standard deviations above the best level that are a drift.</param>
    public DriftDetectionMethod(int warmUp = 30, double warningLevel = 2, double driftLevel = 3)
    {
        _warmUp = warmUp;
        _warningLevel = warningLevel;
        _driftLevel = driftLevel;
    }

    /// <summary>Takes whether the next prediction was wrong. After a drift the detector starts anew.</summary>
    public DetectorState Update(bool error)
    {
        _count++;
        _rate += ((error ? 1 : 0) - _rate) / _count;
        var deviation = Math.Sqrt(_rate * (1 - _rate) / _count);
        if (_count <= _warmUp)
        {
            return DetectorState.Stable;
        }

        var sum = _rate + deviation;
        if (sum <= _lowestSum)
        {
            (_lowestRate, _lowestDeviation, _lowestSum) = (_rate, deviation, sum);
        }

        if (sum > _lowestRate + (_driftLevel * _lowestDeviation))
        {
            (_count, _rate, _lowestSum) = (0, 0, double.PositiveInfinity);
            return DetectorState.Drift;
        }

        return sum > _lowestRate + (_warningLevel * _lowestDeviation) ? DetectorState.Warning : DetectorState.Stable;
    }
}
