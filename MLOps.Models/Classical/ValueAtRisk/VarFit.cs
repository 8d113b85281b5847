using MathNet.Numerics;
using MLOps.Models.Classical.Likelihood;
using MLOps.Models.Data;

namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary>Fits what a value-at-risk model has to fit.</summary>
internal static class VarFit
{
    private const double LeastDecay = 0.8;
    private const double LargestDecay = 0.999;
    private const double LeastFreedom = 2.05;
    private const double LargestFreedom = 500;

    /// <summary>The decay of largest Gaussian quasi-likelihood.</summary>
    /// <param name="pieces">Ranges of returns without a gap: the variance begins anew in each.</param>
    /// <param name="iteration">Hears each decay that is tried and its QLIKE, the mean of ln v + r²/v; may throw to cancel.</param>
    public static double Decay(double[] returns, IReadOnlyList<RowRange> pieces, Action<double, double> iteration) => GoldenSection.Minimum(
        decay =>
        {
            var variances = EwmaVariance.Of(returns, pieces, decay);
            var loss = returns.Select((r, t) => Math.Log(Math.Max(variances[t], EwmaVariance.Least)) + (r * r / Math.Max(variances[t], EwmaVariance.Least))).Average();
            iteration(decay, loss);
            return loss;
        },
        LeastDecay,
        LargestDecay,
        1e-7);

    /// <summary>Degrees of freedom, and standard deviation, of the standardised returns by maximum likelihood of a Student t scaled to their standard deviation.</summary>
    public static (double Freedom, double Scale) StudentT(double[] returns, IReadOnlyList<RowRange> pieces, double decay)
    {
        var standardised = EwmaVariance.Standardise(returns, pieces, decay);
        var scale = Math.Sqrt(standardised.Average(z => z * z));

        // By 1/ν, in which the likelihood is nearly quadratic also towards the normal.
        var inverse = GoldenSection.Minimum(inverse => -standardised.Sum(z => LogDensity(z / scale, 1 / inverse)), 1 / LargestFreedom, 1 / LeastFreedom, 1e-9);
        return (1 / inverse, scale);
    }

    /// <summary>Student t of variance 1, without the constants that do not depend on ν.</summary>
    private static double LogDensity(double z, double freedom) =>
        SpecialFunctions.GammaLn((freedom + 1) / 2) - SpecialFunctions.GammaLn(freedom / 2) - (0.5 * Math.Log(freedom - 2)) - (0.5 * (freedom + 1) * Math.Log(1 + (z * z / (freedom - 2))));
}
