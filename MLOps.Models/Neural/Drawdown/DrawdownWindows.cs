using MLOps.Models.Features;

namespace MLOps.Models.Neural.Drawdown;

/// <summary>Windows [64, 8] with how many thresholds the days after each exceeded.</summary>
/// <param name="Rows">Feature row that each window ends with.</param>
internal sealed record DrawdownWindows(DailyFeatures Features, IReadOnlyList<int> Rows, int[] Levels)
{
    /// <summary>The windows that end on the rows from <paramref name="first"/> to before <paramref name="end"/> and whose days after are known.</summary>
    /// <param name="levels">Of every feature row; null where its horizon is not known.</param>
    public static DrawdownWindows Between(DailyFeatures features, int?[] levels, int first, int end)
    {
        int[] rows = [.. Enumerable.Range(first, Math.Max(0, end - first)).Where(row => features.HasWindow(row) && levels[row] is not null)];
        return new DrawdownWindows(features, rows, Array.ConvertAll(rows, row => levels[row]!.Value));
    }

    public IReadOnlyList<float[]> Inputs => [.. Rows.Select(Features.WindowByDay)];
}
