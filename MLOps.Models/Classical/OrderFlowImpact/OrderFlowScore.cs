namespace MLOps.Models.Classical.OrderFlowImpact;

/// <summary>How well order flow explains the changes of its own intervals, and those of the next.</summary>
internal static class OrderFlowScore
{
    /// <param name="changes">In ticks.</param>
    /// <param name="follows">Whether an interval comes after the one before it without a gap in the quotes.</param>
    /// <returns>Root mean square errors in ticks, R², and the correlation of what is explained with the next interval's change, which is what a forecast would have.</returns>
    public static Dictionary<string, double> Figures(string prefix, double[] predicted, double[] changes, Func<int, bool> follows)
    {
        var errors = predicted.Zip(changes, (p, y) => (p - y) * (p - y)).Average();
        var mean = changes.Average();
        int[] next = [.. Enumerable.Range(1, changes.Length - 1).Where(follows)];
        var variance = changes.Average(y => (y - mean) * (y - mean));
        return new Dictionary<string, double>
        {
            [$"{prefix}rmse"] = Math.Sqrt(errors),
            [$"baseline_no_change_{prefix}rmse"] = Math.Sqrt(changes.Average(y => y * y)),
            [$"{prefix}r2"] = variance > 0 ? 1 - (errors / variance) : 0,
            [$"{prefix}next_correlation"] = Correlation(Array.ConvertAll(next, i => predicted[i - 1]), Array.ConvertAll(next, i => changes[i])),
        };
    }

    private static double Correlation(double[] x, double[] y)
    {
        if (x.Length == 0)
        {
            return 0;
        }

        var (meanX, meanY) = (x.Average(), y.Average());
        var (xx, yy) = (x.Sum(a => (a - meanX) * (a - meanX)), y.Sum(b => (b - meanY) * (b - meanY)));
        return xx > 0 && yy > 0 ? x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / Math.Sqrt(xx * yy) : 0;
    }
}
