using MLOps.Models.Data;

namespace MLOps.Models.Features;

/// <summary>Eight features of each trading day from its bar and those before it, as the market embeddings take them. Training and callers use this same code.</summary>
public sealed class MarketFeatures
{
    /// <summary>Days in one window.</summary>
    public const int WindowLength = 64;

    /// <summary>Days that the longest feature looks back: the first row belongs to the day after so many.</summary>
    public const int LookBack = 21;

    /// <summary>Bars that one window is made of.</summary>
    public const int History = WindowLength + LookBack;

    private const int Week = 5;

    /// <summary>In percent: below it a volatility is that of a price that does not move.</summary>
    private const double LeastVolatility = 1e-4;

    private readonly FeaturePlaces _places;

    private MarketFeatures(IReadOnlyList<OhlcvSeries> parts)
    {
        Dates = [.. parts.SelectMany(bars => bars.Dates.Skip(LookBack))];
        Rows = [.. parts.SelectMany(RowsOf)];
        _places = new FeaturePlaces(parts.Select(bars => bars.Count), LookBack);
    }

    /// <summary>Names in order. The first five are one day's own facts; the last three look back.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["return", "gap", "log_range", "intraday_return", "volume_change", "log_volatility_5", "log_volatility_21", "momentum_21"];

    /// <summary>Day of each row: the series' twenty-second day is the first, and so in each of several pieces.</summary>
    public IReadOnlyList<DateOnly> Dates { get; }

    /// <summary>One row a day, one column a feature: close-to-close return, gap, range and open-to-close return in percent (log), volume change as log ratio,
    /// logarithms of the returns' standard deviation (in percent, n − 1) over 5 and 21 days, and the sum of 21 returns.</summary>
    public IReadOnlyList<double[]> Rows { get; }

    public static MarketFeatures Compute(OhlcvSeries bars) => new([bars]);

    /// <summary>The features of several pieces, one after the other; none is made over a gap.</summary>
    internal static MarketFeatures Compute(IReadOnlyList<OhlcvSeries> parts) => new(parts);

    /// <summary>The bar that a row belongs to, counted over all pieces.</summary>
    internal int BarOf(int row) => _places.BarOf(row);

    /// <summary>The first row that belongs to this bar or a later one.</summary>
    internal int FirstFrom(int bar) => _places.FirstFrom(bar);

    /// <summary>Whether enough rows of its piece lead up to a row for a window.</summary>
    internal bool HasWindow(int row) => _places.Before(row) >= WindowLength - 1;

    /// <summary>The window [8, 64] that ends with the row, oldest day first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 64 rows lead up to it.</exception>
    public float[] Window(int row) => FeatureWindow.ByFeature(Rows, row, WindowLength);

    /// <summary>The window [64, 8] that ends with the row, oldest day first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 64 rows lead up to it.</exception>
    public float[] WindowByDay(int row) => FeatureWindow.ByDay(Rows, row, WindowLength);

    private static double[][] RowsOf(OhlcvSeries bars)
    {
        var returns = LogReturns.Percent(bars.Close);
        var rows = new double[Math.Max(0, bars.Count - LookBack)][];
        for (var i = 0; i < rows.Length; i++)
        {
            var day = i + LookBack;
            rows[i] =
            [
                returns[day - 1],
                100 * Math.Log(bars.Open[day] / bars.Close[day - 1]),
                100 * Math.Log(bars.High[day] / bars.Low[day]),
                100 * Math.Log(bars.Close[day] / bars.Open[day]),
                DailyFeatures.VolumeChange(bars.Volume[day - 1], bars.Volume[day]),
                LogDeviation(returns.AsSpan(day - Week, Week)),
                LogDeviation(returns.AsSpan(day - LookBack, LookBack)),
                100 * Math.Log(bars.Close[day] / bars.Close[day - LookBack]),
            ];
        }

        return rows;
    }

    private static double LogDeviation(ReadOnlySpan<double> returns)
    {
        var mean = 0.0;
        foreach (var value in returns)
        {
            mean += value / returns.Length;
        }

        var squares = 0.0;
        foreach (var value in returns)
        {
            squares += (value - mean) * (value - mean);
        }

        return Math.Log(Math.Max(LeastVolatility, Math.Sqrt(squares / (returns.Length - 1))));
    }
}
