using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Classical.Portfolio;

/// <summary>Scores fixed weights on days that they were not made from, beside equal weights.</summary>
internal static class PanelScore
{
    /// <param name="data">All rows; the columns must be the assets of the training in its order.</param>
    /// <param name="observer">Hears the daily returns after costs.</param>
    /// <param name="baselines">Weights by name that are scored beside equal ones.</param>
    /// <exception cref="ModelTrainingException">The assets differ, or fewer than two returns can be scored.</exception>
    public static IReadOnlyDictionary<string, double> Of(TrainingData data, int from, int to, IReadOnlyList<string> assets, IReadOnlyList<double> weights, double costBasisPoints, IEvaluationObserver? observer, IReadOnlyDictionary<string, IReadOnlyList<double>>? baselines = null)
    {
        // A day's return needs the day before it, where there is one.
        var first = data.IsAfterGap(from) ? from : Math.Max(0, from - 1);
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
        observer?.OnReturns(own.Returns);
        var figures = new Dictionary<string, double> { ["daily_turnover"] = own.Turnover, ["days"] = returns.Length };
        Add(figures, "", own.Returns);
        Add(figures, "_equal_weight", PortfolioPath.Constant(returns, [.. assets.Select(_ => 1.0 / assets.Count)], rate).Returns);
        foreach (var (name, others) in baselines ?? new Dictionary<string, IReadOnlyList<double>>())
        {
            Add(figures, $"_{name}", PortfolioPath.Constant(returns, others, rate).Returns);
        }

        return figures;
    }

    private static void Add(Dictionary<string, double> figures, string suffix, double[] daily)
    {
        var (annual, volatility, sharpe) = PortfolioPath.Annual(daily);
        figures[$"annual_return{suffix}"] = annual;
        figures[$"annual_volatility{suffix}"] = volatility;
        figures[$"sharpe{suffix}"] = sharpe;
    }
}
