using MathNet.Numerics;

namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary>A likelihood-ratio test.</summary>
/// <param name="Statistic">Twice the log of the ratio, at least 0.</param>
/// <param name="PValue">Probability of a larger one if the hypothesis holds: of χ² with the test's degrees of freedom.</param>
public sealed record LikelihoodRatio(double Statistic, double PValue)
{
    internal static LikelihoodRatio Of(double statistic, int degreesOfFreedom)
    {
        // Rounding can leave a ratio of 1 a little below it.
        var positive = Math.Max(0, statistic);
        return new LikelihoodRatio(positive, degreesOfFreedom == 1 ? SpecialFunctions.Erfc(Math.Sqrt(positive / 2)) : SpecialFunctions.GammaUpperRegularized(degreesOfFreedom / 2.0, positive / 2));
    }
}
