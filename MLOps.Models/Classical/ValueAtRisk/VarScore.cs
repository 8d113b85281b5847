using System.Globalization;
using MLOps.Models.Data;

namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary>Scores value-at-risk forecasts on days that they were made before.</summary>
internal static class VarScore
{
    private const double RiskMetricsDecay = 0.94;

    /// <param name="returns">All returns, oldest first.</param>
    /// <param name="scored">Places of the returns to score, ascending; a full window without a gap lies before each.</param>
    /// <param name="forecasts">Of each scored return, one a level.</param>
    /// <returns>By level: share of exceptions, p-values of coverage and of conditional coverage, the Basel zone (0 green, 1 yellow, 2 red), and the tick loss
    /// mean((1−c)·VaR + max(0, loss − VaR)) beside those of plain historical simulation and of RiskMetrics (λ = 0.94, normal) over the same window. Lower is better.</returns>
    public static Dictionary<string, double> Of(double[] returns, int[] scored, VarModel model, IReadOnlyList<double[]> forecasts)
    {
        var historical = Naive(returns, scored, model with { Method = VarMethod.Historical });
        var normal = Naive(returns, scored, model with { Method = VarMethod.EwmaNormal, Decay = RiskMetricsDecay, DegreesOfFreedom = double.PositiveInfinity, Scale = 1 });
        var losses = Array.ConvertAll(scored, t => -returns[t]);
        var pieces = Runs(scored);
        var figures = new Dictionary<string, double> { ["days"] = losses.Length };
        for (var k = 0; k < model.Levels.Count; k++)
        {
            var probability = 1 - model.Levels[k];
            var name = Label(model.Levels[k]);
            var test = VarBacktest.Christoffersen([.. losses.Select((loss, t) => loss > forecasts[t][k])], pieces, probability);
            figures[$"exceptions_{name}"] = (double)test.Exceptions / losses.Length;
            figures[$"coverage_p_{name}"] = test.Coverage.PValue;
            figures[$"conditional_p_{name}"] = test.Conditional.PValue;
            figures[$"basel_zone_{name}"] = (int)VarBacktest.TrafficLight(losses.Length, test.Exceptions, probability).Zone;
            figures[$"tick_loss_{name}"] = TickLoss(losses, forecasts, k, probability);
            figures[$"tick_loss_{name}_historical"] = TickLoss(losses, historical, k, probability);
            figures[$"tick_loss_{name}_riskmetrics"] = TickLoss(losses, normal, k, probability);
        }

        return figures;
    }

    /// <summary>A level as names have it: 99 or 97.5.</summary>
    public static string Label(double level) => Math.Round(100 * level, 6).ToString(CultureInfo.InvariantCulture);

    /// <summary>The places without a gap, as ranges of what is scored.</summary>
    private static RowRange[] Runs(int[] scored)
    {
        var begin = 0;
        return [.. RowRange.Of(scored).Select(run => new RowRange(begin, begin += run.Count))];
    }

    private static double[][] Naive(double[] returns, int[] scored, VarModel model) =>
        Array.ConvertAll(scored, t => model.Of(returns.AsSpan(t - model.Window, model.Window)));

    private static double TickLoss(double[] losses, IReadOnlyList<double[]> forecasts, int level, double probability) =>
        losses.Select((loss, t) => (probability * forecasts[t][level]) + Math.Max(0, loss - forecasts[t][level])).Average();
}
