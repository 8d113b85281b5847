namespace MLOps.Models.Evaluation;

/// <summary>What the Sharpe statistics need to know of a series of returns.</summary>
/// <param name="Count">Returns in the series.</param>
/// <param name="Mean">Per period, as are all of these: nothing is annualised.</param>
/// <param name="Deviation">Standard deviation with the divisor n − 1.</param>
/// <param name="Skewness">γ₃ = m₃ / m₂^1.5 of the central moments with the divisor n; 0 for a normal.</param>
/// <param name="Kurtosis">γ₄ = m₄ / m₂² likewise, not in excess: 3 for a normal.</param>
public sealed record ReturnMoments(int Count, double Mean, double Deviation, double Skewness, double Kurtosis)
{
    /// <exception cref="ArgumentException">Fewer than two returns, or one that is not finite.</exception>
    public static ReturnMoments Of(ReadOnlySpan<double> returns)
    {
        if (returns.Length < 2)
        {
            throw new ArgumentException($"Moments of returns need at least two of them, but there are {returns.Length}.", nameof(returns));
        }

        var (sum, largest) = (0.0, 0.0);
        foreach (var value in returns)
        {
            sum += value;
            largest = Math.Max(largest, Math.Abs(value));
        }

        if (!double.IsFinite(sum))
        {
            throw new ArgumentException("Moments of returns need finite numbers, but one is not, or their sum overflows.", nameof(returns));
        }

        return About(returns, sum / returns.Length, largest);
    }

    private static ReturnMoments About(ReadOnlySpan<double> returns, double mean, double largest)
    {
        // Powers of deviations in units of the largest return neither overflow nor vanish.
        var unit = largest > 0 ? largest : 1;
        var (second, third, fourth) = (0.0, 0.0, 0.0);
        foreach (var value in returns)
        {
            var deviation = (value - mean) / unit;
            var square = deviation * deviation;
            second += square;
            third += square * deviation;
            fourth += square * square;
        }

        var n = returns.Length;
        var variance = second / n;

        // Equal returns differ from their mean by rounding alone: that is no dispersion.
        return variance <= 1e-30
            ? new ReturnMoments(n, mean, 0, 0, 3)
            : new ReturnMoments(n, mean, unit * Math.Sqrt(second / (n - 1)), third / n / Math.Pow(variance, 1.5), fourth / n / (variance * variance));
    }
}
