namespace MLOps.Models.Classical.Portfolio;

/// <summary>What a portfolio that is brought back to given weights every day would have earned, costs paid.</summary>
internal static class PortfolioPath
{
    private const double DaysPerYear = 252;

    /// <param name="returns">Simple returns, one row a day and one column an asset.</param>
    /// <param name="costRate">Share of every traded amount that is paid; the first purchase is free, as any portfolio begins with one.</param>
    /// <returns>Net return of each day and the mean daily turnover Σ|Δw|.</returns>
    public static (double[] Returns, double Turnover) Constant(IReadOnlyList<double[]> returns, IReadOnlyList<double> weights, double costRate) =>
        Run(returns, [.. weights], _ => weights, costRate);

    /// <param name="target">The weights to go to at the end of a day, by the day's number; null: leave them as they have drifted.</param>
    /// <inheritdoc cref="Constant"/>
    public static (double[] Returns, double Turnover) Run(IReadOnlyList<double[]> returns, double[] start, Func<int, IReadOnlyList<double>?> target, double costRate)
    {
        var weights = start;
        var net = new double[returns.Count];
        var traded = 0.0;
        for (var day = 0; day < returns.Count; day++)
        {
            var gross = weights.Zip(returns[day], (w, r) => w * r).Sum();
            var drifted = weights.Select((w, i) => w * (1 + returns[day][i]) / (1 + gross)).ToArray();
            var next = target(day) is { } goal ? [.. goal] : drifted;
            var turnover = next.Zip(drifted, (a, b) => Math.Abs(a - b)).Sum();
            net[day] = ((1 + gross) * (1 - (costRate * turnover))) - 1;
            traded += turnover;
            weights = next;
        }

        return (net, traded / Math.Max(1, returns.Count));
    }

    /// <summary>Annual figures of daily returns: arithmetic mean times 252, standard deviation (divisor n − 1) times √252, and their ratio; the riskless rate counts as 0.</summary>
    public static (double Return, double Volatility, double Sharpe) Annual(IReadOnlyList<double> daily)
    {
        var mean = daily.Average();
        var deviation = Math.Sqrt(daily.Sum(r => (r - mean) * (r - mean)) / (daily.Count - 1));
        var (annual, volatility) = (mean * DaysPerYear, deviation * Math.Sqrt(DaysPerYear));
        return (annual, volatility, volatility > 0 ? annual / volatility : 0);
    }
}
