using MLOps.Models.Data;

namespace MLOps.Models.Classical.CrossSection;

/// <summary>Scores a ranking of assets on days that do not overlap.</summary>
internal static class RankerScore
{
    private const double DaysPerYear = 252;

    /// <param name="scores">Of each cross-section's assets.</param>
    /// <param name="top">Assets that the portfolio holds in equal parts until the next cross-section.</param>
    /// <returns>Mean rank correlation with later returns (IC), its ratio to the standard deviation over periods (ICIR, divisor n − 1), and the Sharpe ratio of the best assets after costs,
    /// beside those of plain momentum (252 to 21 days ago) and of all assets in equal parts; and the returns of the best assets after costs.</returns>
    public static (Dictionary<string, double> Figures, double[] Returns) Of(AssetPanel panel, CrossSection[] sections, IReadOnlyList<double[]> scores, int horizon, int top, double costBasisPoints)
    {
        double[][] momentum = [.. sections.Select(section => Array.ConvertAll(section.Features, row => row[0]))];
        double[][] equal = [.. sections.Select(section => new double[section.Features.Length])];
        var (own, ratio) = Information(sections, scores);
        var (plain, plainRatio) = Information(sections, momentum);
        var rate = costBasisPoints / 10_000;
        var chosen = Sharpe(panel, sections, scores, horizon, top, rate);
        var figures = new Dictionary<string, double>
        {
            ["periods"] = sections.Length,
            ["rank_ic"] = own,
            ["rank_ic_momentum"] = plain,
            ["icir"] = ratio,
            ["icir_momentum"] = plainRatio,
            ["sharpe"] = chosen.Sharpe,
            ["sharpe_momentum"] = Sharpe(panel, sections, momentum, horizon, top, rate).Sharpe,
            ["sharpe_equal_weight"] = Sharpe(panel, sections, equal, horizon, panel.Assets.Count, rate).Sharpe,
            ["turnover"] = chosen.Turnover,
        };
        return (figures, chosen.Returns);
    }

    /// <summary>Mean and ratio of the rank correlations.</summary>
    public static (double Mean, double Ratio) Information(CrossSection[] sections, IReadOnlyList<double[]> scores)
    {
        var correlations = sections.Select((section, t) => RankCorrelation.Spearman(scores[t], section.Forward)).ToArray();
        var mean = correlations.Average();
        var deviation = Math.Sqrt(correlations.Sum(c => (c - mean) * (c - mean)) / Math.Max(1, correlations.Length - 1));
        return (mean, deviation > 0 ? mean / deviation : 0);
    }

    /// <summary>Annual Sharpe ratio of period returns, and mean turnover Σ|Δw| a period; the first purchase is free.</summary>
    private static (double Sharpe, double Turnover, double[] Returns) Sharpe(AssetPanel panel, CrossSection[] sections, IReadOnlyList<double[]> scores, int horizon, int top, double rate)
    {
        var count = panel.Assets.Count;
        var (returns, held, traded) = (new double[sections.Length], (double[]?)null, 0.0);
        for (var t = 0; t < sections.Length; t++)
        {
            int[] best = [.. Enumerable.Range(0, count).OrderByDescending(i => scores[t][i]).Take(top)];
            var target = new double[count];
            Array.ForEach(best, i => target[i] = 1.0 / best.Length);
            var turnover = held is null ? 0 : target.Zip(held, (a, b) => Math.Abs(a - b)).Sum();
            var (now, then) = (panel.Prices[sections[t].Day], panel.Prices[sections[t].Day + horizon]);
            var growth = target.Select((weight, i) => weight * then[i] / now[i]).ToArray();
            var gross = growth.Sum();
            returns[t] = (gross * (1 - (rate * turnover))) - 1;
            held = Array.ConvertAll(growth, part => part / gross);
            traded += turnover / sections.Length;
        }

        var mean = returns.Average();
        var deviation = Math.Sqrt(returns.Sum(r => (r - mean) * (r - mean)) / Math.Max(1, returns.Length - 1));
        return (deviation > 0 ? mean / deviation * Math.Sqrt(DaysPerYear / horizon) : 0, traded, returns);
    }
}
