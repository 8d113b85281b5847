namespace MLOps.Models.Features.Microstructure;

/// <summary>Who began a trade: 1 the buyer, −1 the seller, 0 not known.</summary>
public static class TradeSigns
{
    /// <summary>The tick rule: the side of the last change of price; 0 before the first.</summary>
    public static int[] TickRule(ReadOnlySpan<double> prices)
    {
        var signs = new int[prices.Length];
        for (var t = 1; t < prices.Length; t++)
        {
            signs[t] = prices[t] == prices[t - 1] ? signs[t - 1] : Math.Sign(prices[t] - prices[t - 1]);
        }

        return signs;
    }

    /// <summary>Lee and Ready (1991): above the middle of the quote bought, below it sold, at it by the tick rule.</summary>
    /// <param name="middles">Middle of the quote in force before each trade (<see cref="QuoteMatching"/>); NaN where there was none: the tick rule decides.</param>
    /// <param name="tolerance">Distance from the middle, in price, that still counts as at it. Prices in decimals have rounding: 158.02 lies 3e-14 above the middle of 157.95 and 158.09.</param>
    public static int[] LeeReady(ReadOnlySpan<double> prices, ReadOnlySpan<double> middles, double tolerance = 0)
    {
        if (prices.Length != middles.Length)
        {
            throw new ArgumentException($"There are {prices.Length} prices and {middles.Length} quotes; give one quote a trade.", nameof(middles));
        }

        var signs = TickRule(prices);
        for (var t = 0; t < signs.Length; t++)
        {
            var distance = prices[t] - middles[t];
            signs[t] = distance > tolerance ? 1 : distance < -tolerance ? -1 : signs[t];
        }

        return signs;
    }
}
