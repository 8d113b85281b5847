using MLOps.Models.Classical.HarRv;
using MLOps.Models.Features;

namespace MLOps.Models.Neural.Volatility;

/// <summary>Four features of each day from its variance and the 21 before it: logarithms of the variance and of its means over 5 and 22 days (the regressors of the logarithmic HAR), and the standard deviation of its logarithm over 22 days.</summary>
internal sealed class VolatilityFeatures
{
    /// <summary>Days in one window.</summary>
    public const int WindowLength = 22;

    /// <summary>Days that a window and what its oldest day looks back on are made of.</summary>
    public const int History = WindowLength + HarRegression.Month - 1;

    private VolatilityFeatures(int[] days, double[][] rows)
    {
        Days = days;
        Rows = rows;
    }

    public static IReadOnlyList<string> Names { get; } = ["log_rv", "log_rv_5", "log_rv_22", "log_rv_deviation_22"];

    /// <summary>The day of each row: all that have 21 before them without a gap.</summary>
    public int[] Days { get; }

    public double[][] Rows { get; }

    public static VolatilityFeatures Compute(DailyVariances days)
    {
        int[] known = days.Between(0, days.Values.Length, HarRegression.Month - 1);
        return new VolatilityFeatures(known, [.. known.Select(day => Row(days.Values.AsSpan((day - HarRegression.Month + 1)..(day + 1))))]);
    }

    /// <summary>The window [22, 4] that ends with the day before the given one, oldest day first.</summary>
    /// <param name="day">With <see cref="History"/> days before it without a gap.</param>
    public float[] Before(int day) => FeatureWindow.ByDay(Rows, Array.BinarySearch(Days, day - 1), WindowLength);

    private static double[] Row(ReadOnlySpan<double> month)
    {
        var logs = new double[month.Length];
        for (var i = 0; i < logs.Length; i++)
        {
            logs[i] = Math.Log(month[i]);
        }

        var mean = logs.Average();
        return
        [
            logs[^1],
            Math.Log(Mean(month[^HarRegression.Week..])),
            Math.Log(Mean(month)),
            Math.Sqrt(logs.Average(log => (log - mean) * (log - mean))),
        ];
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
