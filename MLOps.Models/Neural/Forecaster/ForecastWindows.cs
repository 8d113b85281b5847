using MLOps.Models.Features;

namespace MLOps.Models.Neural.Forecaster;

/// <summary>Pairs of 96 days and the days after them, channel by channel, scaled.</summary>
/// <param name="Histories">[pairs][96].</param>
/// <param name="Targets">[pairs][24].</param>
internal sealed record ForecastWindows(float[][] Histories, float[][] Targets)
{
    /// <summary>The pairs whose targets lie within the rows from <paramref name="first"/> to before <paramref name="end"/>; histories may reach further back.</summary>
    public static ForecastWindows Of(VolatilityPanel panel, FeatureScaler scaler, int first, int end)
    {
        var histories = new List<float[]>();
        var targets = new List<float[]>();
        for (var at = Math.Max(first, PatchSettings.History); at + PatchSettings.Horizon <= end; at++)
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
