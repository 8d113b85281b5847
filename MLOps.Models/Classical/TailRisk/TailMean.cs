namespace MLOps.Models.Classical.TailRisk;

/// <summary>Value at risk and conditional value at risk of a sample: the solution of min a + Σ max(0, loss − a)/((1−level)·n) (Rockafellar and Uryasev 2000), which is the mean of the (1−level)·n largest losses, the last one in part.</summary>
public static class TailMean
{
    /// <returns>VaR is the smallest solution: the least loss that at least the share <paramref name="level"/> of the sample does not exceed.</returns>
    public static (double ValueAtRisk, double ConditionalValueAtRisk) Of(ReadOnlySpan<double> losses, double level)
    {
        var sorted = losses.ToArray();
        Array.Sort(sorted, (a, b) => b.CompareTo(a));
        var (whole, part) = Split(sorted.Length, level);
        var sum = part * sorted[whole];
        for (var i = 0; i < whole; i++)
        {
            sum += sorted[i];
        }

        return (sorted[whole], sum / (whole + part));
    }

    /// <summary>The largest losses as weights: VaR and CVaR are sums over the first whole + 1 values in descending order. A matrix [whole + 1, 2], row-major.</summary>
    internal static double[] Weights(int count, double level)
    {
        var (whole, part) = Split(count, level);
        var weights = new double[2 * (whole + 1)];
        for (var i = 0; i <= whole; i++)
        {
            weights[2 * i] = i == whole ? 1 : 0;
            weights[(2 * i) + 1] = (i == whole ? part : 1) / (whole + part);
        }

        return weights;
    }

    /// <summary>How many losses are wholly in the tail, and what part of the next.</summary>
    private static (int Whole, double Part) Split(int count, double level)
    {
        var tail = (1 - level) * count;

        // 1 − 0.99 is a little more or less than 0.01.
        var whole = Math.Min(count - 1, (int)Math.Floor(tail + (1e-9 * count)));
        return (whole, Math.Max(0, tail - whole));
    }
}
