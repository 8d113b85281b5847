using MLOps.Models.Data;

namespace MLOps.Models.Features.Technical;

public static partial class TechnicalIndicators
{
    /// <summary>Range of an RSI, in its points, below which it has only been rounded, not moved: five days without a change of price leave such.</summary>
    internal const double RsiNoise = 1e-9;

    /// <summary>Wilder's relative strength index, 0..100; first defined at period.</summary>
    public static double[] Rsi(double[] values, int period = 14)
    {
        var (gains, losses) = GainsAndLosses(values, period);
        return Each(values.Length, t => 100 * Ratio(gains[t], gains[t] + losses[t]));
    }

    /// <summary>Chande momentum oscillator with Wilder's averages, −100..100; first defined at period.</summary>
    public static double[] Cmo(double[] values, int period = 14)
    {
        var (gains, losses) = GainsAndLosses(values, period);
        return Each(values.Length, t => 100 * Ratio(gains[t] - losses[t], gains[t] + losses[t]));
    }

    /// <summary>MACD; both averages begin so that they end their first period together. First defined at slow + signal − 2.</summary>
    public static Macd Macd(ReadOnlySpan<double> values, int fast = 12, int slow = 26, int signal = 9)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slow, fast);
        var first = FirstDefined(values);
        var fastAverage = SmoothFromMean(values, first + slow - fast, fast, EmaWeight(fast));
        var slowAverage = SmoothFromMean(values, first, slow, EmaWeight(slow));
        var line = Each(values.Length, t => fastAverage[t] - slowAverage[t]);
        var signalLine = Ema(line, signal);
        return new Macd(
            Each(line.Length, t => double.IsNaN(signalLine[t]) ? double.NaN : line[t]),
            signalLine,
            Each(line.Length, t => line[t] - signalLine[t]));
    }

    /// <summary>Percentage price oscillator of simple averages, 100·(fast − slow)/slow; first defined at slow − 1.</summary>
    public static double[] Ppo(ReadOnlySpan<double> values, int fast = 12, int slow = 26)
    {
        var (fastAverage, slowAverage) = (Sma(values, fast), Sma(values, slow));
        return Each(values.Length, t => 100 * Ratio(fastAverage[t] - slowAverage[t], slowAverage[t]));
    }

    /// <summary>x(t) − x(t−period).</summary>
    public static double[] Mom(double[] values, int period = 10) => Each(values.Length, t => t < period ? double.NaN : values[t] - values[t - period]);

    /// <summary>100·(x(t)/x(t−period) − 1).</summary>
    public static double[] Roc(double[] values, int period = 10) =>
        Each(values.Length, t => t < period ? double.NaN : values[t - period] == 0 ? 0 : 100 * ((values[t] / values[t - period]) - 1));

    /// <summary>One-day rate of change, in percent, of an exponential average taken three times; first defined at 3·(period − 1) + 1.</summary>
    public static double[] Trix(ReadOnlySpan<double> values, int period) => Roc(EmaOfEma(values, period, 3)[2], 1);

    /// <summary>Slow stochastic: %K as a simple average over <paramref name="slowing"/> days, %D as one of %K.</summary>
    public static Stochastic Stochastic(OhlcvSeries bars, int period = 14, int slowing = 3, int signal = 3) =>
        WithSignal(Sma(RawStochastic(bars.High, bars.Low, bars.Close, period, 0), slowing), signal);

    /// <summary>Fast stochastic of the RSI.</summary>
    public static Stochastic StochasticRsi(double[] values, int rsi = 14, int period = 5, int signal = 3)
    {
        var strength = Rsi(values, rsi);
        return WithSignal(RawStochastic(strength, strength, strength, period, RsiNoise), signal);
    }

    /// <summary>Williams %R, −100..0; first defined at period − 1.</summary>
    public static double[] WilliamsR(OhlcvSeries bars, int period = 14)
    {
        var (highest, lowest) = (Rolling(bars.High, period, Highest), Rolling(bars.Low, period, Lowest));
        return Each(bars.Count, t => -100 * Ratio(highest[t] - bars.Close[t], highest[t] - lowest[t]));
    }

    /// <summary>Lambert's commodity channel index: distance of the typical price from its mean in 0.015 mean absolute deviations; first defined at period − 1.</summary>
    public static double[] Cci(OhlcvSeries bars, int period = 20) => Rolling(TypicalPrice(bars), period, window =>
    {
        if (IsFlat(window))
        {
            return 0;
        }

        var (mean, deviation) = (Mean(window), 0.0);
        foreach (var value in window)
        {
            deviation += Math.Abs(value - mean);
        }

        return (window[^1] - mean) / (0.015 * deviation / window.Length);
    });

    /// <summary>Aroon over the last period + 1 days; of two equal extremes the later counts. First defined at period.</summary>
    public static Aroon Aroon(OhlcvSeries bars, int period = 20) => new(
        Rolling(bars.Low, period + 1, window => Recency(window.LastIndexOf(Lowest(window)), window)),
        Rolling(bars.High, period + 1, window => Recency(window.LastIndexOf(Highest(window)), window)));

    /// <summary>Williams' ultimate oscillator, 0..100: buying pressure over true range in three windows weighing 4, 2 and 1; first defined at the longest.</summary>
    public static double[] UltimateOscillator(OhlcvSeries bars, int first = 7, int second = 14, int third = 28)
    {
        var pressure = EachChange(bars.Count, t => bars.Close[t] - Math.Min(bars.Low[t], bars.Close[t - 1]));
        var range = TrueRange(bars);
        var shares = new[] { first, second, third }
            .Select(period => (Pressure: Rolling(pressure, period, Sum), Range: Rolling(range, period, Sum)))
            .Select(sums => Each(bars.Count, t => Ratio(sums.Pressure[t], sums.Range[t])))
            .ToArray();
        return Each(bars.Count, t => 100 * ((4 * shares[0][t]) + (2 * shares[1][t]) + shares[2][t]) / 7);
    }

    /// <summary>Balance of power, −1..1: (close − open)/(high − low).</summary>
    public static double[] Bop(OhlcvSeries bars) => Each(bars.Count, t => Ratio(bars.Close[t] - bars.Open[t], bars.High[t] - bars.Low[t]));

    private static double[] TypicalPrice(OhlcvSeries bars) => Each(bars.Count, t => (bars.High[t] + bars.Low[t] + bars.Close[t]) / 3);

    private static (double[] Gains, double[] Losses) GainsAndLosses(double[] values, int period) => (
        Wilder(EachChange(values.Length, t => Math.Max(0, values[t] - values[t - 1])), period),
        Wilder(EachChange(values.Length, t => Math.Max(0, values[t - 1] - values[t])), period));

    private static double[] RawStochastic(double[] high, double[] low, double[] close, int period, double noise)
    {
        var (highest, lowest) = (Rolling(high, period, Highest), Rolling(low, period, Lowest));
        return Each(close.Length, t =>
            highest[t] - lowest[t] <= noise ? 0 : 100 * (close[t] - lowest[t]) / (highest[t] - lowest[t]));
    }

    private static Stochastic WithSignal(double[] k, int signal)
    {
        var d = Sma(k, signal);
        return new Stochastic(Each(k.Length, t => double.IsNaN(d[t]) ? double.NaN : k[t]), d);
    }

    private static double Recency(int index, ReadOnlySpan<double> window) => index < 0 ? double.NaN : 100.0 * index / (window.Length - 1);
}
