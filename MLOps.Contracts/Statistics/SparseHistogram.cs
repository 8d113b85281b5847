namespace MLOps.Contracts.Statistics;

/// <summary>Counts by bucket of <see cref="LogBuckets"/>, ascending, without the empty ones.</summary>
[GenerateSerializer, Immutable, Alias("mlops.SparseHistogram")]
public sealed record SparseHistogram([property: Id(0)] int[] Buckets, [property: Id(1)] long[] Counts)
{
    public static readonly SparseHistogram Empty = new([], []);

    public long Total() => Counts.Sum();

    /// <returns>The quantile, right to about 3 %; null when nothing was counted.</returns>
    public double? Quantile(double quantile)
    {
        var total = Total();
        if (total == 0)
        {
            return null;
        }

        var rank = Math.Max(1, (long)Math.Ceiling(quantile * total));
        var bucket = 0;
        for (var seen = Counts[0]; seen < rank; seen += Counts[bucket])
        {
            bucket++;
        }

        return LogBuckets.Middle(Buckets[bucket]);
    }

    public SparseHistogram Plus(SparseHistogram other)
    {
        var counts = new SortedDictionary<int, long>();
        foreach (var histogram in (SparseHistogram[])[this, other])
        {
            for (var i = 0; i < histogram.Buckets.Length; i++)
            {
                counts[histogram.Buckets[i]] = counts.GetValueOrDefault(histogram.Buckets[i]) + histogram.Counts[i];
            }
        }

        return new SparseHistogram([.. counts.Keys], [.. counts.Values]);
    }
}
