using MLOps.Models.Data;
using static MLOps.Models.Features.Technical.TechnicalIndicators;

namespace MLOps.Models.Features.Technical;

/// <summary>Thirty features of each bar from TA-Lib's indicators, all free of the level of price and volume. Training, pipelines and the check of the exported graph use this same code.</summary>
public sealed class TechnicalFeatures
{
    /// <summary>Bars before the first row in which every feature is defined (TRIX needs the most).</summary>
    public const int Lookback = 58;

    private TechnicalFeatures(IReadOnlyList<DateOnly> dates, double[][] rows)
    {
        Dates = dates;
        Rows = rows;
    }

    /// <summary>The features in order, and how many bars each needs before its first value.</summary>
    public static IReadOnlyList<TechnicalFeature> All { get; } =
    [
        new("rsi_14", 14, "Wilder's RSI, 0..100"),
        new("ppo_12_26", 25, "Percentage price oscillator of simple averages, %"),
        new("macd_histogram_12_26_9", 33, "MACD histogram in % of the close"),
        new("sma_20_distance", 19, "Close above its simple average, %"),
        new("ema_12_distance", 11, "Close above its exponential average, %"),
        new("wma_20_distance", 19, "Close above its weighted average, %"),
        new("dema_20_distance", 38, "Close above its double exponential average, %"),
        new("tema_20_distance", 57, "Close above its triple exponential average, %"),
        new("bollinger_20", 19, "Place in the Bollinger bands: -1 lower, 1 upper"),
        new("deviation_20", 19, "Standard deviation in % of the close"),
        new("natr_14", 14, "Average true range in % of the close"),
        new("adx_14", 27, "Average directional index, 0..100"),
        new("plus_di_14", 14, "Plus directional indicator, 0..100"),
        new("minus_di_14", 14, "Minus directional indicator, 0..100"),
        new("cci_20", 19, "Commodity channel index"),
        new("stochastic_k_14_3_3", 17, "Slow stochastic %K, 0..100"),
        new("stochastic_d_14_3_3", 17, "Slow stochastic %D, 0..100"),
        new("stochastic_rsi_14_5_3", 20, "Fast stochastic of the RSI, %K, 0..100"),
        new("williams_r_14", 13, "Williams %R, -100..0"),
        new("aroon_down_20", 20, "Aroon down, 0..100"),
        new("aroon_up_20", 20, "Aroon up, 0..100"),
        new("ultimate_7_14_28", 28, "Ultimate oscillator, 0..100"),
        new("mfi_14", 14, "Money flow index, 0..100"),
        new("obv_20", 20, "Change of on-balance volume over 20 days in volumes of those days, -1..1"),
        new("chaikin_3_10", 19, "Chaikin's oscillator in mean daily volumes of 20 days"),
        new("roc_10", 10, "Rate of change, %"),
        new("trix_20", 58, "TRIX, %"),
        new("slope_14", 13, "Slope of the regression line in % of the close a day"),
        new("bop", 0, "Balance of power, -1..1"),
        new("correlation_high_low_30", 29, "Correlation of high and low"),
    ];

    /// <summary>Day of each row.</summary>
    public IReadOnlyList<DateOnly> Dates { get; }

    /// <summary>One row a bar, one column a feature in the order of <see cref="All"/>; NaN until the feature's lookback is full.</summary>
    public IReadOnlyList<double[]> Rows { get; }

    public static TechnicalFeatures Compute(OhlcvSeries bars)
    {
        double[][] columns = [.. Momentum(bars), .. Averages(bars), .. Oscillators(bars), .. Volumes(bars), .. Trends(bars)];
        return new TechnicalFeatures(bars.Dates, [.. Enumerable.Range(0, bars.Count).Select(t => Array.ConvertAll(columns, column => column[t]))]);
    }

    private static double[][] Momentum(OhlcvSeries bars) => [Rsi(bars.Close), Ppo(bars.Close), PercentOf(bars.Close, Macd(bars.Close).Histogram)];

    private static double[][] Averages(OhlcvSeries bars)
    {
        var close = bars.Close;
        var (mean, spread) = (Sma(close, 20), StdDev(close, 20));
        return
        [
            Distance(close, mean),
            Distance(close, Ema(close, 12)),
            Distance(close, Wma(close, 20)),
            Distance(close, Dema(close, 20)),
            Distance(close, Tema(close, 20)),
            [.. close.Select((price, t) => Quotient(price - mean[t], 2 * spread[t]))],
            PercentOf(close, spread),
            Natr(bars),
        ];
    }

    private static double[][] Oscillators(OhlcvSeries bars)
    {
        var movement = DirectionalMovement(bars);
        var stochastic = Stochastic(bars);
        var aroon = Aroon(bars);
        return
        [
            movement.Adx,
            movement.PlusDi,
            movement.MinusDi,
            Cci(bars),
            stochastic.K,
            stochastic.D,
            StochasticRsi(bars.Close).K,
            WilliamsR(bars),
            aroon.Down,
            aroon.Up,
            UltimateOscillator(bars),
        ];
    }

    private static double[][] Volumes(OhlcvSeries bars)
    {
        var (mean, line, oscillator) = (Sma(bars.Volume, 20), Obv(bars), ChaikinOscillator(bars));
        return
        [
            Mfi(bars),
            [.. Mom(line, 20).Select((change, t) => Quotient(change, 20 * mean[t]))],
            [.. oscillator.Select((value, t) => Quotient(value, mean[t]))],
        ];
    }

    private static double[][] Trends(OhlcvSeries bars) =>
    [
        Roc(bars.Close),
        Trix(bars.Close, 20),
        PercentOf(bars.Close, LinearRegressionSlope(bars.Close)),
        Bop(bars),
        Correlation(bars.High, bars.Low),
    ];

    private static double[] Distance(double[] close, double[] average) => [.. close.Select((price, t) => 100 * ((price / average[t]) - 1))];

    private static double[] PercentOf(double[] close, double[] values) => [.. values.Select((value, t) => 100 * value / close[t])];

    private static double Quotient(double numerator, double denominator) => denominator == 0 ? 0 : numerator / denominator;
}
