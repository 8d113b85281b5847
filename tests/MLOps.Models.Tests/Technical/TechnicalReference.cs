using System.Text.Json;
using MLOps.Models.Data;
using MLOps.Models.Features.Technical;

namespace MLOps.Models.Tests.Technical;

/// <summary>TA-Lib's bars, what TA-Lib makes of them, and what is computed here under the same names.</summary>
internal static class TechnicalReference
{
    public static OhlcvSeries Bars { get; } = TestSeries.NumberedBars("talib_regtest_252bars.csv");

    public static JsonElement Talib { get; } = TestSeries.Reference("technical-talib-reference.json", "regtest252").GetProperty("f");

    public static IReadOnlyDictionary<string, double[][]> Computed { get; } = Compute(Bars);

    public static Dictionary<string, double[][]> Compute(OhlcvSeries bars)
    {
        var close = bars.Close;
        var macd = TechnicalIndicators.Macd(close);
        var bands = TechnicalIndicators.Bollinger(close);
        var movement = TechnicalIndicators.DirectionalMovement(bars);
        var stochastic = TechnicalIndicators.Stochastic(bars);
        var stochasticRsi = TechnicalIndicators.StochasticRsi(close);
        var aroon = TechnicalIndicators.Aroon(bars);
        return new Dictionary<string, double[][]>
        {
            ["SMA20"] = [TechnicalIndicators.Sma(close, 20)],
            ["EMA12"] = [TechnicalIndicators.Ema(close, 12)],
            ["WMA20"] = [TechnicalIndicators.Wma(close, 20)],
            ["DEMA20"] = [TechnicalIndicators.Dema(close, 20)],
            ["TEMA20"] = [TechnicalIndicators.Tema(close, 20)],
            ["KAMA20"] = [TechnicalIndicators.Kama(close, 20)],
            ["T3_5_0.7"] = [TechnicalIndicators.T3(close, 5)],
            ["RSI14"] = [TechnicalIndicators.Rsi(close)],
            ["MACD12_26_9"] = [macd.Line, macd.Signal, macd.Histogram],
            ["BBANDS20_2_2"] = [bands.Upper, bands.Middle, bands.Lower],
            ["ATR14"] = [TechnicalIndicators.Atr(bars)],
            ["NATR14"] = [TechnicalIndicators.Natr(bars)],
            ["TRANGE"] = [TechnicalIndicators.TrueRange(bars)],
            ["ADX14"] = [movement.Adx],
            ["PLUS_DI14"] = [movement.PlusDi],
            ["MINUS_DI14"] = [movement.MinusDi],
            ["CCI20"] = [TechnicalIndicators.Cci(bars)],
            ["STOCH14_3_3"] = [stochastic.K, stochastic.D],
            ["STOCHRSI14_5_3"] = [stochasticRsi.K, stochasticRsi.D],
            ["WILLR14"] = [TechnicalIndicators.WilliamsR(bars)],
            ["OBV"] = [TechnicalIndicators.Obv(bars)],
            ["MFI14"] = [TechnicalIndicators.Mfi(bars)],
            ["AD"] = [TechnicalIndicators.AccumulationDistribution(bars)],
            ["ADOSC3_10"] = [TechnicalIndicators.ChaikinOscillator(bars)],
            ["ROC10"] = [TechnicalIndicators.Roc(close)],
            ["MOM10"] = [TechnicalIndicators.Mom(close)],
            ["AROON20_down_up"] = [aroon.Down, aroon.Up],
            ["SAR.02_.2"] = [TechnicalIndicators.Sar(bars)],
            ["TRIX20"] = [TechnicalIndicators.Trix(close, 20)],
            ["CMO14"] = [TechnicalIndicators.Cmo(close)],
            ["ULTOSC7_14_28"] = [TechnicalIndicators.UltimateOscillator(bars)],
            ["PPO12_26_sma"] = [TechnicalIndicators.Ppo(close)],
            ["LINREG_SLOPE14"] = [TechnicalIndicators.LinearRegressionSlope(close)],
            ["STDDEV20"] = [TechnicalIndicators.StdDev(close, 20)],
            ["BOP"] = [TechnicalIndicators.Bop(bars)],
            ["CORREL30_HL"] = [TechnicalIndicators.Correlation(bars.High, bars.Low)],
            ["HT_TRENDLINE"] = [TechnicalIndicators.HilbertTrendline(close)],
            ["HT_DCPERIOD"] = [TechnicalIndicators.HilbertPeriod(close)],
        };
    }
}
