using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace MLOps.Models.Evaluation;

/// <summary>A Sharpe ratio against the best that luck alone gives to as many trials: Bailey and López de Prado (2014), The Deflated Sharpe Ratio.
/// Every ratio here is of one period, not annualised.</summary>
public static class DeflatedSharpe
{
    /// <summary>Probability that the true ratio exceeds what the best of the trials would show if none had any skill.</summary>
    /// <param name="returns">Of the strategy that was chosen.</param>
    /// <param name="trials">Independent strategies that were tried, the chosen one among them: all that were run, not those that were kept.</param>
    /// <param name="trialVariance">Variance of the ratios over the trials, per period.</param>
    /// <returns>NaN where all returns are equal.</returns>
    /// <exception cref="ArgumentException">Fewer than two returns, or one that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No trial, or a negative variance.</exception>
    public static double Of(ReadOnlySpan<double> returns, int trials, double trialVariance) =>
        ProbabilisticSharpe.Of(returns, ExpectedMaximum(trials, trialVariance));

    /// <param name="count">Returns that the ratio was estimated from.</param>
    /// <param name="skewness">γ₃ of the returns; 0: normal.</param>
    /// <param name="kurtosis">γ₄ of the returns, not in excess; 3: normal.</param>
    /// <inheritdoc cref="Of(ReadOnlySpan{double}, int, double)"/>
    public static double Of(double sharpe, int count, double skewness, double kurtosis, int trials, double trialVariance) =>
        ProbabilisticSharpe.Of(sharpe, ExpectedMaximum(trials, trialVariance), count, skewness, kurtosis);

    /// <summary>SR₀, the largest ratio to be expected of trials without skill: √V·((1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e))), γ Euler's constant.</summary>
    /// <returns>0 for one trial, which nothing was chosen from.</returns>
    /// <inheritdoc cref="Of(ReadOnlySpan{double}, int, double)"/>
    public static double ExpectedMaximum(int trials, double trialVariance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        if (!(trialVariance >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(trialVariance), trialVariance, "The variance of the trials' Sharpe ratios must be a number of at least 0.");
        }

        return trials == 1
            ? 0
            : Math.Sqrt(trialVariance)
                * (((1 - Constants.EulerMascheroni) * Normal.InvCDF(0, 1, 1 - (1.0 / trials))) + (Constants.EulerMascheroni * Normal.InvCDF(0, 1, 1 - (1 / (trials * Math.E)))));
    }
}
