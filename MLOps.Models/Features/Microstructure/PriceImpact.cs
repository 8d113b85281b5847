namespace MLOps.Models.Features.Microstructure;

/// <summary>How far order flow moves the price: Kyle's (1985) and Hasbrouck's (2009) lambda by least squares over intervals.</summary>
public static class PriceImpact
{
    /// <summary>Trades gathered in intervals that begin at multiples of the length after midnight. The first interval of each day has no return and is left out; intervals without trades do not count.</summary>
    public static IReadOnlyList<TradeInterval> Intervals(IReadOnlyList<DateTime> times, double[] prices, double[] sizes, int[] signs, TimeSpan length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        var intervals = new List<TradeInterval>();
        foreach (var (start, from, to) in ClockIntervals.Of(times, length))
        {
            if (from > 0 && times[from - 1].Date == start.Date)
            {
                var (volume, root) = (0.0, 0.0);
                for (var t = from; t < to; t++)
                {
                    volume += signs[t] * sizes[t];
                    root += signs[t] * Math.Sqrt(prices[t] * sizes[t]);
                }

                intervals.Add(new TradeInterval(start, 10_000 * Math.Log(prices[to - 1] / prices[from - 1]), volume, root));
            }
        }

        return intervals;
    }

    /// <summary>Return in basis points per unit of volume bought on balance; null: too few intervals, or flow that never varies.</summary>
    public static LinearFit? Kyle(IReadOnlyList<TradeInterval> intervals) =>
        LinearFit.Of([.. intervals.Select(interval => interval.SignedVolume)], [.. intervals.Select(interval => interval.Return)]);

    /// <summary>Return in basis points per √currency bought on balance; null as for <see cref="Kyle"/>.</summary>
    public static LinearFit? Hasbrouck(IReadOnlyList<TradeInterval> intervals) =>
        LinearFit.Of([.. intervals.Select(interval => interval.SignedRootValue)], [.. intervals.Select(interval => interval.Return)]);
}
