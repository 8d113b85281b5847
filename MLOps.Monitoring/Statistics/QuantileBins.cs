namespace MLOps.Monitoring.Statistics;

/// <summary>Bins at the quantiles of a reference sample; the outer bins are open. Bin i is [edge i−1, edge i).
/// Equal edges, which ties make, fall together, so there may be fewer bins than asked for.</summary>
public sealed class QuantileBins
{
    private readonly double[] _edges;

    /// <param name="reference">The sample whose quantiles (linear interpolation) are the edges.</param>
    /// <param name="bins">Bins wanted, at least 2.</param>
    public QuantileBins(ReadOnlySpan<double> reference, int bins = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 2);
        var sorted = Samples.Sorted(reference, nameof(reference));
        _edges = [.. Enumerable.Range(1, bins - 1).Select(i => Samples.LinearQuantile(sorted, (double)i / bins)).Distinct()];
    }

    /// <summary>Number of bins.</summary>
    public int Count => _edges.Length + 1;

    /// <summary>How many values fall into each bin.</summary>
    public int[] Histogram(ReadOnlySpan<double> sample)
    {
        var counts = new int[Count];
        foreach (var value in sample)
        {
            counts[Samples.CountAtMost(_edges, value)]++;
        }

        return counts;
    }

    /// <summary>The share of each bin.</summary>
    public double[] Fractions(ReadOnlySpan<double> sample)
    {
        var total = (double)sample.Length;
        return Array.ConvertAll(Histogram(sample), count => count / total);
    }
}
