using MLOps.Models.Data;
using MLOps.Models.Features;

namespace MLOps.Models.Neural.Forecaster;

/// <summary>Pairs of 96 days and the days after them, channel by channel, scaled.</summary>
/// <param name="Histories">[pairs][96].</param>
/// <param name="Targets">[pairs][24].</param>
internal sealed record ForecastWindows(float[][] Histories, float[][] Targets)
{
    /// <summary>First target row of each pair whose targets lie within the rows from <paramref name="first"/> to before <paramref name="end"/>; histories may reach further back, and neither over a gap.</summary>
    public static int[] Starts(VolatilityPanel panel, int first, int end)
    {
        return [.. panel.Pieces.SelectMany(In)];

        IEnumerable<int> In(RowRange piece)
        {
            var from = Math.Max(first, piece.From + PatchSettings.History);
            return Enumerable.Range(from, Math.Max(0, Math.Min(end, piece.To) - PatchSettings.Horizon + 1 - from));
        }
    }

    /// <param name="starts">As <see cref="Starts"/> gives them.</param>
    public static ForecastWindows Of(VolatilityPanel panel, FeatureScaler scaler, IReadOnlyList<int> starts)
    {
        var histories = new List<float[]>();
        var targets = new List<float[]>();
        foreach (var at in starts)
        {
            for (var channel = 0; channel < panel.Names.Count; channel++)
            {
                histories.Add(Values(panel, scaler, channel, at - PatchSettings.History, PatchSettings.History));
                targets.Add(Values(panel, scaler, channel, at, PatchSettings.Horizon));
            }
        }

        return new ForecastWindows([.. histories], [.. targets]);
    }

    private static float[] Values(VolatilityPanel panel, FeatureScaler scaler, int channel, int from, int days) =>
        [.. Enumerable.Range(from, days).Select(row => (float)((panel.Rows[row][channel] - scaler.Means[channel]) / scaler.Deviations[channel]))];
}
