using MLOps.Models.Data;

namespace MLOps.Models.Features.Technical;

public static partial class TechnicalIndicators
{
    /// <summary>On-balance volume, begun with the first day's volume.</summary>
    public static double[] Obv(OhlcvSeries bars)
    {
        var sum = bars.Count > 0 ? bars.Volume[0] : 0;
        return Each(bars.Count, t => t == 0 ? sum : sum += Math.Sign(bars.Close[t] - bars.Close[t - 1]) * bars.Volume[t]);
    }

    /// <summary>Chaikin's accumulation/distribution line, begun at 0 before the first day.</summary>
    public static double[] AccumulationDistribution(OhlcvSeries bars)
    {
        var sum = 0.0;
        return Each(bars.Count, t =>
            sum += Ratio((bars.Close[t] - bars.Low[t]) - (bars.High[t] - bars.Close[t]), bars.High[t] - bars.Low[t]) * bars.Volume[t]);
    }

    /// <summary>Chaikin's oscillator: fast less slow exponential average of the accumulation/distribution line, both begun at its first value; first defined at slow − 1.</summary>
    public static double[] ChaikinOscillator(OhlcvSeries bars, int fast = 3, int slow = 10)
    {
        var line = AccumulationDistribution(bars);
        var (fastAverage, slowAverage) = (FromFirst(line, fast), FromFirst(line, slow));
        var lookback = Math.Max(fast, slow) - 1;
        return Each(bars.Count, t => t < lookback ? double.NaN : fastAverage[t] - slowAverage[t]);
    }

    /// <summary>Money flow index, 0..100: money that came on rising typical prices over all that moved; first defined at period.</summary>
    /// <remarks>TA-Lib gives 0 where less than one unit of money moved; here only where none did, so that the unit of volume does not matter.</remarks>
    public static double[] Mfi(OhlcvSeries bars, int period = 14)
    {
        var price = TypicalPrice(bars);
        var up = EachChange(bars.Count, t => price[t] > price[t - 1] ? price[t] * bars.Volume[t] : 0);
        var down = EachChange(bars.Count, t => price[t] < price[t - 1] ? price[t] * bars.Volume[t] : 0);
        var (rising, falling) = (Rolling(up, period, Sum), Rolling(down, period, Sum));
        return Each(bars.Count, t => 100 * Ratio(rising[t], rising[t] + falling[t]));
    }

    private static double[] FromFirst(double[] values, int period) =>
        values.Length == 0 ? [] : Smooth(values, 0, values[0], EmaWeight(period));
}
