using MLOps.Models.Data;

namespace MLOps.Models.Features.Technical;

public static partial class TechnicalIndicators
{
    /// <summary>Population standard deviation; first defined at period − 1.</summary>
    public static double[] StdDev(ReadOnlySpan<double> values, int period) => Rolling(values, period, Deviation);

    /// <summary>Bollinger bands; first defined at period − 1.</summary>
    public static BollingerBands Bollinger(ReadOnlySpan<double> values, int period = 20, double deviations = 2)
    {
        var (middle, spread) = (Sma(values, period), StdDev(values, period));
        return new BollingerBands(
            Each(middle.Length, t => middle[t] + (deviations * spread[t])),
            middle,
            Each(middle.Length, t => middle[t] - (deviations * spread[t])));
    }

    /// <summary>Range of the day, with yesterday's close in it; first defined at 1.</summary>
    public static double[] TrueRange(OhlcvSeries bars) => EachChange(bars.Count, t =>
        Math.Max(bars.High[t], bars.Close[t - 1]) - Math.Min(bars.Low[t], bars.Close[t - 1]));

    /// <summary>Wilder's average true range; first defined at period.</summary>
    public static double[] Atr(OhlcvSeries bars, int period = 14) => Wilder(TrueRange(bars), period);

    /// <summary>Average true range in percent of the close.</summary>
    public static double[] Natr(OhlcvSeries bars, int period = 14)
    {
        var range = Atr(bars, period);
        return Each(bars.Count, t => 100 * Ratio(range[t], bars.Close[t]));
    }

    /// <summary>Slope of the least-squares line through the last values, per step; first defined at period − 1.</summary>
    public static double[] LinearRegressionSlope(ReadOnlySpan<double> values, int period = 14)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 2);
        return Rolling(values, period, window =>
        {
            var (centre, sum) = ((window.Length - 1) / 2.0, 0.0);
            for (var i = 0; i < window.Length; i++)
            {
                sum += (i - centre) * window[i];
            }

            return 12 * sum / (window.Length * ((window.Length * (double)window.Length) - 1));
        });
    }

    /// <summary>Pearson correlation of two series over a window; first defined at period − 1.</summary>
    public static double[] Correlation(double[] first, double[] second, int period = 30)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"The series have {first.Length} and {second.Length} values; a correlation needs as many of both.", nameof(second));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        var result = Undefined(first.Length);
        for (var t = Math.Max(FirstDefined(first), FirstDefined(second)) + period - 1; t < first.Length; t++)
        {
            result[t] = Correlation(first.AsSpan(t - period + 1, period), second.AsSpan(t - period + 1, period));
        }

        return result;
    }

    private static double Correlation(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (IsFlat(first) || IsFlat(second))
        {
            return 0;
        }

        var (meanOfFirst, meanOfSecond) = (Mean(first), Mean(second));
        var (products, squaresOfFirst, squaresOfSecond) = (0.0, 0.0, 0.0);
        for (var i = 0; i < first.Length; i++)
        {
            var (a, b) = (first[i] - meanOfFirst, second[i] - meanOfSecond);
            products += a * b;
            squaresOfFirst += a * a;
            squaresOfSecond += b * b;
        }

        return products / (Math.Sqrt(squaresOfFirst) * Math.Sqrt(squaresOfSecond));
    }

    private static double Deviation(ReadOnlySpan<double> window)
    {
        if (IsFlat(window))
        {
            return 0;
        }

        var (mean, squares) = (Mean(window), 0.0);
        foreach (var value in window)
        {
            squares += (value - mean) * (value - mean);
        }

        return Math.Sqrt(squares / window.Length);
    }
}
