using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Classical.Portfolio;

/// <summary>Scores fixed weights on days that they were not made from, beside equal weights.</summary>
internal static class PanelScore
{
    /// <param name="data">All rows; the columns must be the assets of the training in its order.</param>
    /// <exception cref="ModelTrainingException">The assets differ, or fewer than two returns can be scored.</exception>
    public static IReadOnlyDictionary<string, double> Of(TrainingData data, int from, int to, IReadOnlyList<string> assets, IReadOnlyList<double> weights, double costBasisPoints)
    {
        // A day's return needs the day before it.
        var first = Math.Max(0, from - 1);
        if (to - first < 3)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: at least two returns are needed.");
        }

        var panel = AssetPanel.From(data.Rows(first, to), 2);
        if (!panel.Assets.SequenceEqual(assets, StringComparer.Ordinal))
        {
            throw new ModelTrainingException($"The rows have the assets {string.Join(", ", panel.Assets)}, but the model was trained on {string.Join(", ", assets)}.");
        }

        var returns = panel.SimpleReturns();
        var rate = costBasisPoints / 10_000;
        var own = PortfolioPath.Constant(returns, weights, rate);
        var equal = PortfolioPath.Constant(returns, [.. assets.Select(_ => 1.0 / assets.Count)], rate);
        var (annual, volatility, sharpe) = PortfolioPath.Annual(own.Returns);
        var (equalAnnual, equalVolatility, equalSharpe) = PortfolioPath.Annual(equal.Returns);
        return new Dictionary<string, double>
        {
            ["annual_return"] = annual,
            ["annual_volatility"] = volatility,
            ["sharpe"] = sharpe,
            ["daily_turnover"] = own.Turnover,
            ["annual_return_equal_weight"] = equalAnnual,
            ["annual_volatility_equal_weight"] = equalVolatility,
            ["sharpe_equal_weight"] = equalSharpe,
            ["days"] = returns.Length,
        };
    }
}
