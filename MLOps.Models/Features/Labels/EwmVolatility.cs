namespace MLOps.Models.Features.Labels;

/// <summary>Daily volatility by exponential weights, as the barriers' width is measured.</summary>
public static class EwmVolatility
{
    /// <summary>Unbiased exponentially weighted standard deviation of simple returns, as a fraction, one a row of closes; the weights of all earlier days are renormalised to 1. NaN in the first two rows, which have fewer than two returns.</summary>
    /// <param name="span">Centre of mass (span − 1)/2 days: weight (1 − 2/(span + 1))^age.</param>
    public static double[] Of(ReadOnlySpan<double> closes, int span = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, 1);
        var decay = 1 - (2.0 / (span + 1));
        var volatility = new double[closes.Length];
        Array.Fill(volatility, double.NaN);
        var (weights, squaredWeights, mean, spread) = (0.0, 0.0, 0.0, 0.0);
        for (var t = 1; t < closes.Length; t++)
        {
            // West's update of a weighted mean and sum of squares: no difference of large sums.
            var change = (closes[t] / closes[t - 1]) - 1 - mean;
            (weights, squaredWeights, spread) = ((decay * weights) + 1, (decay * decay * squaredWeights) + 1, decay * spread);
            mean += change / weights;
            spread += change * change * (weights - 1) / weights;
            var freedom = weights - (squaredWeights / weights);
            volatility[t] = t > 1 && freedom > 0 ? Math.Sqrt(spread / freedom) : double.NaN;
        }

        return volatility;
    }
}
