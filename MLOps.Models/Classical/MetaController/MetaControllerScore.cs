using MLOps.Models.Classical.Portfolio;

namespace MLOps.Models.Classical.MetaController;

/// <summary>Scores weights that were held in each round.</summary>
internal static class MetaControllerScore
{
    /// <returns>Mean scaled loss beside those of equal weights and of the expert that was best in training; for closes also the Sharpe ratio after costs, beside the same, and the daily returns after costs.</returns>
    public static (Dictionary<string, double> Figures, double[]? Returns) Of(double[][] losses, double[][] weights, int first, MetaControllerFile file)
    {
        var scored = losses[first..];
        var scaled = scored.Select(file.Scale.Of).ToArray();
        double[] equal = [.. file.Experts.Select(_ => 1.0 / file.Experts.Count)];
        double[] best = [.. file.Experts.Select((_, i) => i == file.BestOfTraining ? 1.0 : 0)];
        var figures = new Dictionary<string, double>
        {
            ["rounds"] = scored.Length,
            ["loss"] = scaled.Select((row, t) => Sum(row, weights[first + t])).Average(),
            ["loss_equal_weight"] = scaled.Average(row => Sum(row, equal)),
            ["loss_best_of_training"] = scaled.Average(row => Sum(row, best)),
        };
        double[]? earned = null;
        if (file.OfCloses)
        {
            double[][] returns = [.. scored.Select(row => Array.ConvertAll(row, loss => -loss / 100))];
            var rate = file.CostBasisPoints / 10_000;

            // The weights of the next round are gone to at the end of a day.
            var own = PortfolioPath.Run(returns, weights[first], day => first + day + 1 < weights.Length ? weights[first + day + 1] : null, rate);
            earned = own.Returns;
            figures["sharpe"] = PortfolioPath.Annual(own.Returns).Sharpe;
            figures["sharpe_equal_weight"] = PortfolioPath.Annual(PortfolioPath.Constant(returns, equal, rate).Returns).Sharpe;
            figures["sharpe_best_of_training"] = PortfolioPath.Annual(PortfolioPath.Constant(returns, best, rate).Returns).Sharpe;
            figures["daily_turnover"] = own.Turnover;
        }

        return (figures, earned);
    }

    private static double Sum(double[] losses, IReadOnlyList<double> weights) => losses.Zip(weights, (loss, weight) => loss * weight).Sum();
}
