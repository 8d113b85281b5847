using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Features;

/// <summary>Eight features of each trading day from its bar and those before it, in the channel order of the served input. Training and callers use this same code.</summary>
public sealed class DailyFeatures
{
    /// <summary>Days in one window.</summary>
    public const int WindowLength = 64;

    /// <summary>Bars of a window whose oldest day has all that its features look back on.</summary>
    public const int History = WindowLength + Month;

    private const int Week = 5;
    private const int Month = 21;

    private readonly FeaturePlaces _places;

    private DailyFeatures(IReadOnlyList<OhlcvSeries> parts)
    {
        Dates = [.. parts.SelectMany(bars => bars.Dates.Skip(1))];
        Rows = [.. parts.SelectMany(RowsOf)];
        _places = new FeaturePlaces(parts.Select(bars => bars.Count), lookBack: 1);
    }

    /// <summary>Channel names in order. The first five are one day's own facts; the last three look back.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["return", "abs_return", "log_range", "gap", "volume_change", "volatility_5", "volatility_21", "momentum_21"];

    /// <summary>Day of each row: the series' second day is the first, and so in each of several pieces.</summary>
    public IReadOnlyList<DateOnly> Dates { get; }

    /// <summary>One row a day, one column a feature: returns, range and gap in percent (log), volume change as log ratio,
    /// volatilities as root mean square return over the last 5 and 21 days (fewer at the start), momentum as their sum over 21.</summary>
    public IReadOnlyList<double[]> Rows { get; }

    public static DailyFeatures Compute(OhlcvSeries bars) => new([bars]);

    /// <summary>The features of several pieces, one after the other; none is made over a gap.</summary>
    internal static DailyFeatures Compute(IReadOnlyList<OhlcvSeries> parts) => new(parts);

    /// <summary>The bar that a row belongs to, counted over all pieces.</summary>
    internal int BarOf(int row) => _places.BarOf(row);

    /// <summary>The first row that belongs to this bar or a later one.</summary>
    internal int FirstFrom(int bar) => _places.FirstFrom(bar);

    /// <summary>How many rows of its piece lead up to a row.</summary>
    internal int Before(int row) => _places.Before(row);

    /// <summary>Whether enough rows of its piece lead up to a row for a window.</summary>
    internal bool HasWindow(int row) => Before(row) >= WindowLength - 1;

    private static double[][] RowsOf(OhlcvSeries bars)
    {
        var returns = LogReturns.Percent(bars.Close);
        var rows = new double[returns.Length][];
        for (var i = 0; i < rows.Length; i++)
        {
            var day = i + 1;
            rows[i] =
            [
                returns[i],
                Math.Abs(returns[i]),
                100 * Math.Log(bars.High[day] / bars.Low[day]),
                100 * Math.Log(bars.Open[day] / bars.Close[day - 1]),
                VolumeChange(bars.Volume[day - 1], bars.Volume[day]),
                RootMeanSquare(Last(returns, i, Week)),
                RootMeanSquare(Last(returns, i, Month)),
                Sum(Last(returns, i, Month)),
            ];
        }

        return rows;
    }

    /// <summary>The window [8, 64] that ends with the row, oldest day first, row-major (channel by channel).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 64 rows lead up to it.</exception>
    public float[] Window(int row) => FeatureWindow.ByFeature(Rows, row, WindowLength);

    /// <summary>The window [64, 8] that ends with the row, oldest day first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 64 rows lead up to it.</exception>
    public float[] WindowByDay(int row) => FeatureWindow.ByDay(Rows, row, WindowLength);

    /// <summary>What a model of such windows is asked for raw bars.</summary>
    /// <param name="input">Its input.</param>
    /// <param name="window">The window that ends with a row.</param>
    /// <param name="shape">Of one window.</param>
    internal static ServedRows Serve(TrainingData rows, string input, Func<DailyFeatures, int, float[]> window, params long[] shape)
    {
        var features = Compute(TrainingRows.Bars(rows));
        int[] newest = [.. Enumerable.Range(History - 2, Math.Max(0, features.Rows.Count - History + 2))];
        return ServedRows.Windows(input, [.. newest.Select(row => window(features, row))], [.. newest.Select(row => row + 1)], History, shape);
    }

    /// <summary>A day without volume, as on some feeds' holidays, says nothing about change.</summary>
    internal static double VolumeChange(double before, double now) => before > 0 && now > 0 ? Math.Log(now / before) : 0;

    private static ReadOnlySpan<double> Last(double[] values, int end, int length) => values.AsSpan(Math.Max(0, end - length + 1)..(end + 1));

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static double RootMeanSquare(ReadOnlySpan<double> values)
    {
        var squares = 0.0;
        foreach (var value in values)
        {
            squares += value * value;
        }

        return Math.Sqrt(squares / values.Length);
    }
}
