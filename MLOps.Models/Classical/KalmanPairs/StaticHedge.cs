namespace MLOps.Models.Classical.KalmanPairs;

/// <summary>One intercept and one hedge ratio by least squares: the baseline.</summary>
internal sealed record StaticHedge(double Intercept, double Ratio, double Variance)
{
    public static StaticHedge Fit(ReadOnlySpan<double> y, ReadOnlySpan<double> x)
    {
        var (meanY, meanX) = (Mean(y), Mean(x));
        var (xx, xy, yy) = (0.0, 0.0, 0.0);
        for (var t = 0; t < y.Length; t++)
        {
            xx += (x[t] - meanX) * (x[t] - meanX);
            xy += (x[t] - meanX) * (y[t] - meanY);
            yy += (y[t] - meanY) * (y[t] - meanY);
        }

        var ratio = xx > 0 ? xy / xx : 0;
        return new StaticHedge(meanY - (ratio * meanX), ratio, Math.Max(0, yy - (ratio * xy)) / y.Length);
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
