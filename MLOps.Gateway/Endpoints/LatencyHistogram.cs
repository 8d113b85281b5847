using MLOps.Contracts.Statistics;

namespace MLOps.Gateway.Endpoints;

/// <summary>Counts durations in ms without a lock, in the buckets of <see cref="LogBuckets"/> from a quarter of a microsecond to three days.</summary>
internal sealed class LatencyHistogram
{
    private const double Shortest = 1.0 / 4096;
    private const int Buckets = 40 * 16;

    private static readonly int First = LogBuckets.Of(Shortest);

    private readonly long[] _counts = new long[Buckets];

    public void Record(TimeSpan duration) =>
        Interlocked.Increment(ref _counts[Math.Clamp(LogBuckets.Of(duration.TotalMilliseconds) - First, 0, Buckets - 1)]);

    /// <returns>The quantile in ms; null before the first record.</returns>
    public double? Quantile(double quantile) => Since(null, out _).Quantile(quantile);

    /// <summary>What was counted since an earlier look.</summary>
    /// <param name="before">Counts at that look; null: none.</param>
    /// <param name="now">Counts now, for the next look.</param>
    public SparseHistogram Since(long[]? before, out long[] now)
    {
        now = new long[Buckets];
        var buckets = new List<int>();
        var counts = new List<long>();
        for (var i = 0; i < Buckets; i++)
        {
            now[i] = Interlocked.Read(ref _counts[i]);
            if (now[i] - (before?[i] ?? 0) is > 0 and var more)
            {
                buckets.Add(First + i);
                counts.Add(more);
            }
        }

        return new SparseHistogram([.. buckets], [.. counts]);
    }
}
