using MLOps.Models.Classical.ValueAtRisk;

namespace MLOps.Models.Classical.TailRisk;

/// <summary>A window of returns or losses to VaR and CVaR at one level.</summary>
/// <param name="OfReturns">Whether the window has returns, whose losses are their negatives; otherwise losses as they are.</param>
/// <param name="Decay">λ of the EWMA volatility by which losses are divided and the result is multiplied; null: they are taken as they are.</param>
/// <param name="Tail">The fitted tail of (standardised) losses; null: the tail mean of the window.</param>
internal sealed record TailModel(bool OfReturns, int Window, double Level, double? Decay, ParetoFit? Tail)
{
    public double Sign => OfReturns ? -1 : 1;

    /// <param name="window">The last <see cref="Window"/> values, oldest first.</param>
    public (double ValueAtRisk, double ConditionalValueAtRisk) Of(ReadOnlySpan<double> window)
    {
        var (values, volatility) = Decay is { } decay ? EwmaVariance.Standardise(window, decay) : (window.ToArray(), 1);
        var (atRisk, conditional) = Tail is null ? TailMean.Of(Array.ConvertAll(values, value => Sign * value), Level) : (Tail.ValueAtRisk(Level), Tail.ExpectedShortfall(Level));
        return (volatility * atRisk, volatility * conditional);
    }
}
