namespace MLOps.Monitoring.Statistics;

/// <summary>Quantiles of a stream in constant memory: exact up to <see cref="ExactCount"/> values, beyond that within about 0.2 % in rank (99 % of the time).
/// The KLL sketch of Karnin, Lang and Liberty (Optimal Quantile Approximation in Streams, FOCS 2016): full levels are sorted and every other value moves up with twice the weight.
/// The choice of odd or even comes from a fixed seed, so the same stream gives the same answer.</summary>
public sealed class QuantileSketch
{
    /// <summary>Up to so many values every one is kept.</summary>
    public const int ExactCount = 4096;

    private const double Shrink = 2.0 / 3;
    private const int SmallestLevel = 8;

    /// <summary>Values of level h stand for 2^h values each.</summary>
    private readonly List<List<double>> _levels = [[]];

    private ulong _random = 0x9E3779B97F4A7C15;
    private int _kept;
    private int _capacity = ExactCount;

    /// <summary>How many values there were.</summary>
    public long Count { get; private set; }

    /// <param name="value">A number; NaN has no rank.</param>
    public void Add(double value)
    {
        if (double.IsNaN(value))
        {
            throw new ArgumentException("NaN has no rank: leave missing values out.", nameof(value));
        }

        _levels[0].Add(value);
        _kept++;
        Count++;
        while (_kept > _capacity)
        {
            Compact();
        }
    }

    /// <summary>The smallest value that at least the given shares of all values do not exceed (the inverse of the empirical distribution function).</summary>
    /// <param name="shares">Each from 0 to 1, ascending.</param>
    /// <exception cref="InvalidOperationException">There were no values.</exception>
    public double[] Quantiles(params IReadOnlyList<double> shares)
    {
        if (Count == 0)
        {
            throw new InvalidOperationException("No values, so no quantiles.");
        }

        var weighted = _levels.SelectMany((level, height) => level.Select(value => (Value: value, Weight: 1L << height))).OrderBy(item => item.Value).ToArray();
        var result = new double[shares.Count];
        var (next, below) = (0, weighted[0].Weight);
        for (var i = 0; i < shares.Count; i++)
        {
            // A compacted level of odd length leaves one value behind, so the weights always add up to Count.
            while (below < shares[i] * Count && next < weighted.Length - 1)
            {
                below += weighted[++next].Weight;
            }

            result[i] = weighted[next].Value;
        }

        return result;
    }

    /// <summary>Halves the lowest level that is over its share of the room.</summary>
    private void Compact()
    {
        for (var height = 0; height < _levels.Count; height++)
        {
            if (_levels[height].Count < Math.Max(2, LevelCapacity(height)))
            {
                continue;
            }

            if (height + 1 == _levels.Count)
            {
                _levels.Add([]);
                _capacity = Enumerable.Range(0, _levels.Count).Sum(LevelCapacity);
            }

            var level = _levels[height];
            level.Sort();
            var odd = level.Count % 2;
            for (var i = odd + (NextBit() ? 1 : 0); i < level.Count; i += 2)
            {
                _levels[height + 1].Add(level[i]);
            }

            _kept -= (level.Count - odd) / 2;
            level.RemoveRange(odd, level.Count - odd);
            return;
        }
    }

    /// <summary>The top level has the most room.</summary>
    private int LevelCapacity(int height) =>
        Math.Max(SmallestLevel, (int)Math.Ceiling(ExactCount / 3.0 * Math.Pow(Shrink, _levels.Count - 1 - height)));

    private bool NextBit()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (_random & 1) == 1;
    }
}
