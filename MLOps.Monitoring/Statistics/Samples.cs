namespace MLOps.Monitoring.Statistics;

/// <summary>Checks and orderings that every sample statistic shares.</summary>
internal static class Samples
{
    /// <summary>A sorted copy.</summary>
    /// <exception cref="ArgumentException">The sample is empty or holds NaN or an infinity.</exception>
    public static double[] Sorted(ReadOnlySpan<double> sample, string name)
    {
        if (sample.IsEmpty)
        {
            throw new ArgumentException("The sample is empty: expected at least one value.", name);
        }

        var copy = sample.ToArray();
        for (var i = 0; i < copy.Length; i++)
        {
            if (!double.IsFinite(copy[i]))
            {
                throw new ArgumentException($"Value {i} is {copy[i]}: expected finite numbers only.", name);
            }
        }

        Array.Sort(copy);
        return copy;
    }

    /// <summary>How many elements of the sorted array are ≤ <paramref name="value"/>.</summary>
    public static int CountAtMost(ReadOnlySpan<double> sorted, double value)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (sorted[middle] <= value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>How many elements of the sorted array are &lt; <paramref name="value"/>.</summary>
    public static int CountBelow(ReadOnlySpan<double> sorted, double value)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (sorted[middle] < value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, NumPy's default).</summary>
    public static double LinearQuantile(ReadOnlySpan<double> sorted, double probability)
    {
        var position = (sorted.Length - 1) * probability;
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>Ranks of the pooled sample from 1, ties sharing their mean rank, as a function of the value.</summary>
    public static double MidRank(ReadOnlySpan<double> first, ReadOnlySpan<double> second, double value)
    {
        var below = CountBelow(first, value) + CountBelow(second, value);
        var atMost = CountAtMost(first, value) + CountAtMost(second, value);
        return (below + atMost + 1) / 2.0;
    }
}
