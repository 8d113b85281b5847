using MathNet.Numerics.Distributions;

namespace MLOps.Models.Evaluation;

/// <summary>How sure one may be of a Sharpe ratio, given how long and how far from normal its track record is: Bailey and López de Prado (2012), The Sharpe Ratio Efficient Frontier.
/// Every ratio here is of one period, not annualised.</summary>
public static class ProbabilisticSharpe
{
    /// <summary>Probability that the true ratio exceeds a benchmark: Φ[(SR − SR*)·√(n − 1) / √(1 − γ₃·SR + (γ₄ − 1)/4·SR²)].</summary>
    /// <param name="benchmark">SR*: 0, or the ratio of what the strategy has to beat.</param>
    /// <returns>NaN where all returns are equal.</returns>
    /// <exception cref="ArgumentException">Fewer than two returns, or one that is not finite.</exception>
    public static double Of(ReadOnlySpan<double> returns, double benchmark)
    {
        var moments = ReturnMoments.Of(returns);
        return Of(SharpeRatio.Of(moments), benchmark, moments.Count, moments.Skewness, moments.Kurtosis);
    }

    /// <param name="count">Returns that the ratio was estimated from.</param>
    /// <param name="skewness">γ₃ of the returns; 0: normal.</param>
    /// <param name="kurtosis">γ₄ of the returns, not in excess; 3: normal.</param>
    /// <inheritdoc cref="Of(ReadOnlySpan{double}, double)"/>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two returns, or no distribution has this skewness and kurtosis.</exception>
    public static double Of(double sharpe, double benchmark, int count, double skewness, double kurtosis)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        return Normal.CDF(0, 1, (sharpe - benchmark) * Math.Sqrt(count - 1) / Math.Sqrt(Spread(sharpe, skewness, kurtosis)));
    }

    /// <summary>Returns that are needed before the ratio is above the benchmark with the given confidence (MinTRL): 1 + (1 − γ₃·SR + (γ₄ − 1)/4·SR²)·(z / (SR − SR*))².</summary>
    /// <param name="confidence">Above 0.5 and below 1, for example 0.95.</param>
    /// <returns>Infinity where the ratio does not exceed the benchmark: no record is long enough.</returns>
    /// <inheritdoc cref="Of(double, double, int, double, double)"/>
    public static double MinimumTrackRecord(double sharpe, double benchmark, double confidence, double skewness, double kurtosis)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(confidence, 0.5);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1);
        if (!(sharpe > benchmark))
        {
            return double.PositiveInfinity;
        }

        var distance = Normal.InvCDF(0, 1, confidence) / (sharpe - benchmark);
        return 1 + (Spread(sharpe, skewness, kurtosis) * distance * distance);
    }

    /// <summary>Variance of the ratio's estimate times n − 1.</summary>
    private static double Spread(double sharpe, double skewness, double kurtosis)
    {
        // Every distribution has γ₄ ≥ 1 + γ₃², which keeps the spread from falling below (1 − γ₃·SR/2)².
        return kurtosis >= 1 + (skewness * skewness) - 1e-9
            ? Math.Max(0, 1 - (skewness * sharpe) + ((kurtosis - 1) / 4 * sharpe * sharpe))
            : throw new ArgumentOutOfRangeException(nameof(kurtosis), kurtosis, $"No distribution of skewness {skewness:R} has a kurtosis below 1 + skewness². Expected: the kurtosis itself, 3 for a normal, not the excess.");
    }
}
