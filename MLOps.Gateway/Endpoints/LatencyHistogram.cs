using System.Numerics;

namespace MLOps.Gateway.Endpoints;

/// <summary>Counts durations without a lock: 16 buckets for every doubling from 1 µs, so a quantile is right to about 6 %.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 4;
    private const int Sub = 1 << SubBits;
    private const int Buckets = (40 - SubBits + 1) * Sub;

    // Quarter microseconds: a small model answers in single microseconds, where whole ones would be coarse.
    private const double UnitsPerMillisecond = 4000;

    private readonly long[] _counts = new long[Buckets];

    public void Record(TimeSpan duration) =>
        Interlocked.Increment(ref _counts[Bucket((ulong)Math.Max(0, duration.TotalMilliseconds * UnitsPerMillisecond))]);

    /// <returns>The quantile in ms; null before the first record.</returns>
    public double? Quantile(double quantile)
    {
        long total = 0;
        var counts = new long[Buckets];
        for (var i = 0; i < Buckets; i++)
        {
            total += counts[i] = Interlocked.Read(ref _counts[i]);
        }

        if (total == 0)
        {
            return null;
        }

        var rank = Math.Max(1, (long)Math.Ceiling(quantile * total));
        long seen = 0;
        var bucket = 0;
        while ((seen += counts[bucket]) < rank)
        {
            bucket++;
        }

        return (Lower(bucket) + Lower(bucket + 1)) / 2 / UnitsPerMillisecond;
    }

    private static int Bucket(ulong units)
    {
        if (units < Sub)
        {
            return (int)units;
        }

        var shift = BitOperations.Log2(units) - SubBits;
        return Math.Min(Buckets - 1, ((shift + 1) << SubBits) + (int)((units >> shift) - Sub));
    }

    private static double Lower(int bucket) =>
        bucket < Sub ? bucket : (double)(Sub + (bucket & (Sub - 1))) * (1UL << ((bucket >> SubBits) - 1));
}
