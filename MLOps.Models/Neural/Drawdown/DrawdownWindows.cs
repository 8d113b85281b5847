using MLOps.Models.Features;

namespace MLOps.Models.Neural.Drawdown;

/// <summary>Windows [64, 8] with how many thresholds the days after each exceeded.</summary>
/// <param name="Rows">Feature row that each window ends with.</param>
internal sealed record DrawdownWindows(DailyFeatures Features, IReadOnlyList<int> Rows, int[] Levels)
{
    /// <summary>The windows that end on the rows from <paramref name="first"/> to before <paramref name="end"/> and whose days after are known.</summary>
    /// <param name="levels">Of every feature row whose horizon is known.</param>
    public static DrawdownWindows Between(DailyFeatures features, int[] levels, int first, int end)
    {
        var from = Math.Min(Math.Max(first, DailyFeatures.WindowLength - 1), levels.Length);
        var to = Math.Max(from, Math.Min(end, levels.Length));
        return new DrawdownWindows(features, [.. Enumerable.Range(from, to - from)], levels[from..to]);
    }

    public IReadOnlyList<float[]> Inputs => [.. Rows.Select(Features.WindowByDay)];
}
