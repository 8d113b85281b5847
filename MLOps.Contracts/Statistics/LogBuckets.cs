namespace MLOps.Contracts.Statistics;

/// <summary>Buckets of positive numbers, 16 for every doubling: a quantile is right to about 3 %, and counts of two processes add up.
/// The bucket is read from the number's own bits (exponent and the first four bits of the fraction), so there is nothing to configure.</summary>
public static class LogBuckets
{
    private const int Shift = 52 - 4;

    /// <summary>Below it a difference is rounding, and latencies do not exist.</summary>
    private const double Smallest = 1e-12;

    /// <summary>The bucket of zero and of everything below 1e-12.</summary>
    public static readonly int Zero = (int)(BitConverter.DoubleToUInt64Bits(Smallest) >> Shift) - 1;

    /// <summary>Infinities have the last bucket of all; NaN has none and is the caller's to count.</summary>
    public static int Of(double value) =>
        value < Smallest ? Zero : (int)(BitConverter.DoubleToUInt64Bits(value) >> Shift);

    /// <summary>The middle of a bucket; 0 for <see cref="Zero"/>, and the largest number for infinities: always finite.</summary>
    public static double Middle(int bucket) => bucket <= Zero ? 0 : (Lower(bucket) / 2) + (Lower(bucket + 1) / 2);

    private static double Lower(int bucket) =>
        BitConverter.UInt64BitsToDouble((ulong)bucket << Shift) is var lower && double.IsFinite(lower) ? lower : double.MaxValue;
}
