namespace MLOps.Models.Classical.TailRisk;

/// <summary>A generalised Pareto distribution of the excesses over a threshold, P(X − u > y | X > u) = (1 + ξy/β)^(−1/ξ), and what it says of the tail.</summary>
/// <param name="Threshold">u.</param>
/// <param name="Observations">All losses.</param>
/// <param name="Exceedances">Those strictly above u.</param>
/// <param name="Shape">ξ: 0 is exponential, above it the tail is a power of 1/ξ.</param>
/// <param name="Scale">β, in the losses' unit.</param>
/// <param name="ShapeError">Standard error by the observed information; NaN for ξ ≤ −½, where the likelihood is not regular.</param>
/// <param name="ScaleError">As <paramref name="ShapeError"/>.</param>
public sealed record ParetoFit(
    double Threshold, int Observations, int Exceedances, double Shape, double Scale, double ShapeError, double ScaleError, double LogLikelihood)
{
    /// <summary>Share of losses above the threshold: the lowest confidence level that the tail speaks of is 1 less it.</summary>
    public double TailShare => (double)Exceedances / Observations;

    /// <summary>Loss that is exceeded with probability 1 − level (McNeil 1999).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The level lies below the threshold, or is not below 1.</exception>
    public double ValueAtRisk(double level)
    {
        Check(level);
        return Threshold + (Scale * Smooth.PowerIntegral(Shape, Math.Log(TailShare / (1 - level))));
    }

    /// <summary>Mean loss beyond <see cref="ValueAtRisk"/>; infinite for ξ ≥ 1.</summary>
    /// <inheritdoc cref="ValueAtRisk"/>
    public double ExpectedShortfall(double level) => Shape >= 1
        ? double.PositiveInfinity
        : (ValueAtRisk(level) + Scale - (Shape * Threshold)) / (1 - Shape);

    private void Check(double level)
    {
        // The level of the threshold itself may be off by rounding.
        if (!(level < 1 && 1 - level <= TailShare * (1 + 1e-12)))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, $"The tail above the threshold holds {TailShare:P2} of the losses, so the level must be from {1 - TailShare:G6} to below 1.");
        }
    }
}
