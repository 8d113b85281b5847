namespace MLOps.Models.Features;

/// <summary>Close-to-close log returns.</summary>
public static class LogReturns
{
    /// <summary>100·ln(close(t)/close(t−1)): one value fewer than closes, the first belonging to the second day.</summary>
    public static double[] Percent(ReadOnlySpan<double> closes)
    {
        var returns = new double[Math.Max(0, closes.Length - 1)];
        for (var i = 0; i < returns.Length; i++)
        {
            returns[i] = 100 * Math.Log(closes[i + 1] / closes[i]);
        }

        return returns;
    }
}
