using MathNet.Numerics.Distributions;
using MLOps.Models.Classical.ValueAtRisk;

namespace MLOps.Models.Classical.TailRisk;

/// <summary>Scores forecasts of VaR and CVaR together.</summary>
internal static class TailScore
{
    private const double RiskMetricsDecay = 0.94;

    /// <summary>CVaR at or below 0 has no score; a forecast of nearly nothing is punished as such.</summary>
    private const double LeastShortfall = 1e-6;

    /// <param name="values">All returns or losses, oldest first.</param>
    /// <param name="first">The first to score; a full window lies before it.</param>
    /// <param name="forecasts">Of each scored value.</param>
    /// <returns>Share of exceptions with the p-value of their number, the mean loss of exceptions over their CVaR (1 is right), and the FZ0 score (Patton, Ziegel and Chen 2019; lower is better),
    /// the one that only the true pair of VaR and CVaR minimises, beside those of the plain tail mean and of RiskMetrics (λ = 0.94, normal).</returns>
    public static Dictionary<string, double> Of(double[] values, int first, TailModel model, IReadOnlyList<(double ValueAtRisk, double ConditionalValueAtRisk)> forecasts)
    {
        var losses = values[first..].Select(value => model.Sign * value).ToArray();
        var historical = new TailModel(model.OfReturns, model.Window, model.Level, null, null);
        var windows = Enumerable.Range(first, losses.Length).ToArray();
        var exceptions = losses.Zip(forecasts).Where(pair => pair.First > pair.Second.ValueAtRisk).ToArray();
        return new Dictionary<string, double>
        {
            ["days"] = losses.Length,
            ["exceptions"] = (double)exceptions.Length / losses.Length,
            ["coverage_p"] = VarBacktest.Kupiec(losses.Length, exceptions.Length, 1 - model.Level).PValue,
            ["shortfall_ratio"] = exceptions.Length == 0 ? 0 : exceptions.Average(pair => pair.First / Math.Max(LeastShortfall, pair.Second.ConditionalValueAtRisk)),
            ["fz_loss"] = Joint(losses, forecasts, model.Level),
            ["fz_loss_historical"] = Joint(losses, [.. windows.Select(t => historical.Of(values.AsSpan(t - model.Window, model.Window)))], model.Level),
            ["fz_loss_riskmetrics"] = Joint(losses, [.. windows.Select(t => RiskMetrics(values.AsSpan(t - model.Window, model.Window), model.Level))], model.Level),
        };
    }

    private static (double, double) RiskMetrics(ReadOnlySpan<double> window, double level)
    {
        var volatility = EwmaVariance.Standardise(window, RiskMetricsDecay).Next;
        var quantile = Normal.InvCDF(0, 1, level);
        return (volatility * quantile, volatility * Normal.PDF(0, 1, quantile) / (1 - level));
    }

    private static double Joint(double[] losses, IReadOnlyList<(double ValueAtRisk, double ConditionalValueAtRisk)> forecasts, double level) => losses.Select((loss, t) =>
    {
        var atRisk = forecasts[t].ValueAtRisk;
        var conditional = Math.Max(LeastShortfall, forecasts[t].ConditionalValueAtRisk);
        return (Math.Max(0, loss - atRisk) / ((1 - level) * conditional)) + (atRisk / conditional) + Math.Log(conditional) - 1;
    }).Average();
}
