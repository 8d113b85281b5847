namespace MLOps.Monitoring.Statistics;

/// <summary>A histogram of a stream whose range is not known before, in constant memory and with exact counts: bins are as wide as a power of two, and neighbours are
/// put together, doubling the width, as often as a new value would need more than <see cref="MaximumBins"/> of them.</summary>
public sealed class StreamingHistogram
{
    /// <summary>Most bins; a range that is wider than the first value's precision has more than half of them.</summary>
    public const int MaximumBins = 32;

    private readonly long[] _counts = new long[MaximumBins];
    private double _width;
    private long _first;
    private int _used;

    /// <param name="value">A finite number.</param>
    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException($"{value} is in no bin: only finite numbers are.", nameof(value));
        }

        // Beyond 2^52 widths from zero a bin's number would lose its last digits.
        var precision = Math.Abs(value) - Math.BitDecrement(Math.Abs(value));
        if (_used == 0)
        {
            (_width, _used) = (precision, 1);
            _first = Bin(value);
        }

        while (_width < precision)
        {
            Widen();
        }

        var bin = Bin(value);
        while (Math.Max(bin, _first + _used - 1) - Math.Min(bin, _first) >= MaximumBins)
        {
            Widen();
            bin = Bin(value);
        }

        if (bin < _first)
        {
            var shift = (int)(_first - bin);
            Array.Copy(_counts, 0, _counts, shift, _used);
            Array.Clear(_counts, 0, shift);
            (_first, _used) = (bin, _used + shift);
        }

        _used = Math.Max(_used, (int)(bin - _first) + 1);
        _counts[bin - _first]++;
    }

    /// <summary>The bins from the lowest value's to the highest's, empty ones between them included; a bin's upper edge belongs to the next. At the end of a double's range an edge may be infinite.</summary>
    /// <param name="leastWidth">Bins are put together until they are as wide: 1 for whole numbers. Zero: as they are.</param>
    public IReadOnlyList<(double From, double To, long Count)> Bins(double leastWidth = 0)
    {
        while (_used > 0 && _width < leastWidth)
        {
            Widen();
        }

        return [.. Enumerable.Range(0, _used).Select(i => ((_first + i) * _width, (_first + i + 1) * _width, _counts[i]))];
    }

    /// <summary>A negative value so small that the division gives zero is still below zero.</summary>
    private long Bin(double value) => value < 0 ? Math.Min(-1, (long)Math.Floor(value / _width)) : (long)Math.Floor(value / _width);

    private void Widen()
    {
        var (first, last) = (_first >> 1, (_first + _used - 1) >> 1);
        for (var i = 0; i < _used; i++)
        {
            // Each goes to where it is or further down, never onto one that is still to be moved.
            var to = (int)(((_first + i) >> 1) - first);
            var count = _counts[i];
            _counts[i] = 0;
            _counts[to] += count;
        }

        (_first, _used, _width) = (first, (int)(last - first) + 1, _width * 2);
    }
}
