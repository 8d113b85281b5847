namespace MLOps.Models.Features.Microstructure;

/// <summary>Twelve features of each trade from it, the quote before it and the last trades. Training, pipelines and the check of the exported graph use this same code.</summary>
/// <remarks>Windows end with the trade and are as long as there are trades at the start. They are differences of running sums, as in the graph: one pass whatever the window's length.</remarks>
public static class MicrostructureFeatures
{
    /// <summary>Share of its mean square below which the variance of a window is rounding.</summary>
    internal const double SmallestVariance = 1e-9;

    /// <summary>Share of the variance of returns below which their serial covariance is rounding.</summary>
    internal const double SmallestCovariance = 1e-6;

    /// <summary>The features in order. The first five are one trade's own; the others look back over the window.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "sign", "quoted_spread_bp", "effective_spread_bp", "depth_imbalance", "microprice_bp",
        "flow_imbalance", "order_flow_imbalance", "mean_effective_spread_bp", "roll_spread_bp", "volatility_bp", "kyle_lambda_bp", "hasbrouck_lambda_bp",
    ];

    /// <summary>One row a trade, one column a feature, all finite.</summary>
    /// <param name="window">Trades of a window, at least 3.</param>
    public static double[][] Compute(TradesAndQuotes trades, int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 3);
        var middles = trades.Middles();
        var signs = Array.ConvertAll(TradeSigns.LeeReady(trades.Price, middles), sign => (double)sign);
        var effective = Each(trades.Count, t => 10_000 * Spreads.Effective(trades.Price[t], middles[t]) / middles[t]);
        double[][] columns =
        [
            signs,
            Each(trades.Count, t => Spreads.QuotedBasisPoints(trades.Bid[t], trades.Ask[t])),
            effective,
            Each(trades.Count, t => DepthImbalance(trades, t)),
            Each(trades.Count, t => 5_000 * DepthImbalance(trades, t) * (trades.Ask[t] - trades.Bid[t]) / middles[t]),
            .. OfWindows(trades, middles, signs, effective, window),
        ];
        return [.. Enumerable.Range(0, trades.Count).Select(t => Array.ConvertAll(columns, column => column[t]))];
    }

    private static double[][] OfWindows(TradesAndQuotes trades, double[] middles, double[] signs, double[] effective, int window)
    {
        var returns = Returns(trades.Price);
        var middleReturns = Returns(middles);
        var counts = Each(trades.Count, t => Math.Min(t + 1, window));
        var bought = Each(trades.Count, t => signs[t] * trades.Size[t]);
        var roots = Each(trades.Count, t => signs[t] * Math.Sqrt(trades.Price[t] * trades.Size[t]));
        var volume = Sum(trades.Size, window);
        var flow = Sum(OrderFlow.Contributions(trades.Bid, trades.BidSize, trades.Ask, trades.AskSize), window);
        var depth = Sum(Each(trades.Count, t => (trades.BidSize[t] + trades.AskSize[t]) / 2), window);
        var value = Sum(Each(trades.Count, t => trades.Price[t] * trades.Size[t]), window);
        var (kyle, hasbrouck) = (Slopes(bought, returns, counts, window), Slopes(roots, returns, counts, window));
        var boughtInWindow = Sum(bought, window);
        var effectiveInWindow = Sum(effective, window);
        var squares = Sum(Product(middleReturns, middleReturns), window);
        return
        [
            Each(trades.Count, t => Ratio(boughtInWindow[t], volume[t])),
            Each(trades.Count, t => Ratio(flow[t] * counts[t], depth[t])),
            Each(trades.Count, t => effectiveInWindow[t] / counts[t]),
            Roll(returns, counts, window),
            Each(trades.Count, t => Math.Sqrt(Math.Max(0, squares[t]) / counts[t])),
            Each(trades.Count, t => kyle[t] * volume[t] / counts[t]),
            Each(trades.Count, t => hasbrouck[t] * Math.Sqrt(value[t] / counts[t])),
        ];
    }

    /// <summary>Roll's spread from the covariance of each return with the one before it.</summary>
    private static double[] Roll(double[] returns, double[] counts, int window)
    {
        var before = Each(returns.Length, t => t == 0 ? 0 : returns[t - 1]);
        var (products, now, earlier, squares) = (Sum(Product(returns, before), window), Sum(returns, window), Sum(before, window), Sum(Product(returns, returns), window));
        return Each(returns.Length, t =>
        {
            var covariance = (products[t] / counts[t]) - (now[t] / counts[t] * (earlier[t] / counts[t]));
            return -covariance > SmallestCovariance * squares[t] / counts[t] ? 2 * Math.Sqrt(-covariance) : 0;
        });
    }

    /// <summary>Slope of y on x in each window, 0 where x hardly varies.</summary>
    private static double[] Slopes(double[] x, double[] y, double[] counts, int window)
    {
        var (sumX, sumY, products, squares) = (Sum(x, window), Sum(y, window), Sum(Product(x, y), window), Sum(Product(x, x), window));
        return Each(x.Length, t =>
        {
            var spread = squares[t] - (sumX[t] * sumX[t] / counts[t]);
            return spread > SmallestVariance * squares[t] ? (products[t] - (sumX[t] * sumY[t] / counts[t])) / spread : 0;
        });
    }

    private static double DepthImbalance(TradesAndQuotes trades, int t) => Ratio(trades.BidSize[t] - trades.AskSize[t], trades.BidSize[t] + trades.AskSize[t]);

    /// <summary>Log returns in basis points, 0 for the first.</summary>
    private static double[] Returns(double[] prices) => Each(prices.Length, t => t == 0 ? 0 : 10_000 * Math.Log(prices[t] / prices[t - 1]));

    private static double[] Product(double[] a, double[] b) => Each(a.Length, t => a[t] * b[t]);

    private static double[] Sum(double[] values, int window)
    {
        var running = 0.0;
        var sums = Each(values.Length, t => running += values[t]);
        return Each(values.Length, t => t < window ? sums[t] : sums[t] - sums[t - window]);
    }

    private static double Ratio(double numerator, double denominator) => denominator == 0 ? 0 : numerator / denominator;

    private static double[] Each(int length, Func<int, double> value)
    {
        var values = new double[length];
        for (var t = 0; t < length; t++)
        {
            values[t] = value(t);
        }

        return values;
    }
}
