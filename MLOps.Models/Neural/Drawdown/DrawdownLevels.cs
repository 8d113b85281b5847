using MLOps.Models.Evaluation;

namespace MLOps.Models.Neural.Drawdown;

/// <summary>What is to be foreseen: how deep the worst drawdown of the days ahead is.</summary>
internal static class DrawdownLevels
{
    /// <summary>How many of the thresholds the deepest drawdown within the horizon exceeds, of every day whose horizon is known; its own close counts as the first high.</summary>
    /// <param name="closes">Only these are looked at, so the last <paramref name="horizon"/> days have no label.</param>
    /// <param name="thresholds">Increasing.</param>
    public static int[] Of(ReadOnlySpan<double> closes, int horizon, IReadOnlyList<double> thresholds)
    {
        var levels = new int[Math.Max(0, closes.Length - horizon)];
        for (var day = 0; day < levels.Length; day++)
        {
            var deepest = Drawdowns.Of(closes.Slice(day, horizon + 1)).Maximum;
            levels[day] = thresholds.Count(threshold => deepest > threshold);
        }

        return levels;
    }

    /// <summary>A level's share or probability for each count of thresholds (0 to all) as the probability that each threshold is exceeded.</summary>
    public static double[] Exceedances(double[] levels) =>
        [.. Enumerable.Range(1, levels.Length - 1).Select(threshold => levels.Skip(threshold).Sum())];

    /// <summary>Share of the levels above each threshold.</summary>
    public static double[] BaseRates(IReadOnlyCollection<int> levels, int thresholds) =>
        [.. Enumerable.Range(1, thresholds).Select(threshold => (double)levels.Count(level => level >= threshold) / levels.Count)];
}
