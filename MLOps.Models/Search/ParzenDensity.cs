using MathNet.Numerics.Distributions;

namespace MLOps.Models.Search;

/// <summary>A mixture of normal densities over an interval, one at each point and a wide one at the middle, each cut off at the bounds.</summary>
internal sealed class ParzenDensity
{
    private readonly double _low;
    private readonly double _high;
    private readonly (double Mean, double Width)[] _parts;

    /// <param name="points">Within the bounds, in any order.</param>
    /// <param name="leastWidth">As a share of the interval.</param>
    public ParzenDensity(double low, double high, double[] points, double leastWidth)
    {
        (_low, _high) = (low, high);
        var length = high - low;
        var ordered = points.Append((low + high) / 2).Order().ToArray();
        var middle = Array.IndexOf(ordered, (low + high) / 2);
        _parts = new (double, double)[ordered.Length];
        for (var i = 0; i < ordered.Length; i++)
        {
            var before = ordered[i] - (i == 0 ? low : ordered[i - 1]);
            var after = (i == ordered.Length - 1 ? high : ordered[i + 1]) - ordered[i];
            _parts[i] = (ordered[i], i == middle ? length : Math.Clamp(Math.Max(before, after), leastWidth * length, length));
        }
    }

    public double Draw(Random random)
    {
        var (mean, width) = _parts[random.Next(_parts.Length)];

        // By the inverse of the distribution between the bounds: no draw is lost, however far out the part is.
        var (from, to) = (Normal.CDF(mean, width, _low), Normal.CDF(mean, width, _high));
        var share = Math.Clamp(from + ((to - from) * random.NextDouble()), 1e-300, 1 - 1e-16);
        return Math.Clamp(Normal.InvCDF(mean, width, share), _low, _high);
    }

    public double LogAt(double value)
    {
        var sum = 0.0;
        foreach (var (mean, width) in _parts)
        {
            sum += Normal.PDF(mean, width, value) / (Normal.CDF(mean, width, _high) - Normal.CDF(mean, width, _low));
        }

        return Math.Log(sum / _parts.Length);
    }
}
