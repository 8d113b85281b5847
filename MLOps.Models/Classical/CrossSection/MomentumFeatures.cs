using MLOps.Models.Data;

namespace MLOps.Models.Classical.CrossSection;

/// <summary>What is known of each asset at the close of a day, from its own closes alone.</summary>
internal static class MomentumFeatures
{
    /// <summary>Days of history that a cross-section needs before its day.</summary>
    public const int History = 252;

    private const int Month = 21;
    private const int Quarter = 63;
    private const int HalfYear = 126;
    private const int Week = 5;

    /// <summary>Log returns from a year, half a year and a quarter ago to a month ago, over the last month and week, and the standard deviation of daily log returns over a quarter.</summary>
    public static IReadOnlyList<string> Names { get; } = ["momentum_252_21", "momentum_126_21", "momentum_63_21", "return_21", "return_5", "volatility_63"];

    /// <summary>One row an asset, one column a feature.</summary>
    /// <param name="day">Row of the panel, at least <see cref="History"/>.</param>
    public static double[][] Of(AssetPanel panel, int day) => [.. Enumerable.Range(0, panel.Assets.Count).Select(asset =>
    {
        double Log(int back) => Math.Log(panel.Prices[day - back][asset]);
        return (double[])
        [
            Log(Month) - Log(History),
            Log(Month) - Log(HalfYear),
            Log(Month) - Log(Quarter),
            Log(0) - Log(Month),
            Log(0) - Log(Week),
            Deviation([.. Enumerable.Range(0, Quarter).Select(back => Log(back) - Log(back + 1))]),
        ];
    })];

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
