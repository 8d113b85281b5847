namespace MLOps.Models.Features.Technical;

/// <summary>State of Wilder's parabolic stop and reverse: the side, its extreme price, the acceleration reached and the next stop.</summary>
internal sealed class ParabolicStop
{
    private readonly double[] _high;
    private readonly double[] _low;
    private readonly double _step;
    private readonly double _maximum;
    private bool _isLong;
    private double _extreme;
    private double _stop;
    private double _acceleration;

    public ParabolicStop(bool isLong, double[] high, double[] low, double step, double maximum)
    {
        (_isLong, _high, _low) = (isLong, high, low);
        (_step, _maximum, _acceleration) = (Math.Min(step, maximum), maximum, Math.Min(step, maximum));
        (_extreme, _stop) = isLong ? (high[1], low[0]) : (low[1], high[0]);
    }

    /// <summary>The stop of bar <paramref name="t"/>; bars are given one after the other from 1 on.</summary>
    public double Advance(int t)
    {
        // The stop never enters the range of this bar and the one before; the first has no bar before it that counts.
        var before = Math.Max(1, t - 1);
        var (ceiling, floor) = (Math.Max(_high[before], _high[t]), Math.Min(_low[before], _low[t]));
        var stop = _stop;
        if (_isLong ? _low[t] <= stop : _high[t] >= stop)
        {
            stop = Reverse(t, ceiling, floor);
        }
        else if (_isLong ? _high[t] > _extreme : _low[t] < _extreme)
        {
            _extreme = _isLong ? _high[t] : _low[t];
            _acceleration = Math.Min(_maximum, _acceleration + _step);
        }

        _stop = Outside(stop + (_acceleration * (_extreme - stop)), ceiling, floor);
        return stop;
    }

    private double Reverse(int t, double ceiling, double floor)
    {
        _isLong = !_isLong;
        var stop = Outside(_extreme, ceiling, floor);
        _acceleration = _step;
        _extreme = _isLong ? _high[t] : _low[t];
        return stop;
    }

    private double Outside(double stop, double ceiling, double floor) => _isLong ? Math.Min(stop, floor) : Math.Max(stop, ceiling);
}
