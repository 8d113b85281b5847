using MLOps.Models.Catalog;
using MLOps.Models.Features;

namespace MLOps.Models.Neural;

/// <summary>What is watched of networks that take windows of <see cref="DailyFeatures"/>: one day's own facts; the looking-back features repeat them with long memory.</summary>
internal static class MonitoredDays
{
    private const int OwnFacts = 5;

    /// <param name="input">Name of the served input.</param>
    /// <param name="isByDay">Whether its windows are [days, features]; otherwise [features, days].</param>
    public static MonitoredFeatures Of(DailyFeatures features, string input, bool isByDay) => new(
        [.. DailyFeatures.Names.Take(OwnFacts).Select((name, feature) => new MonitoredFeature(name, input, isByDay
            ? ((DailyFeatures.WindowLength - 1) * DailyFeatures.Names.Count) + feature
            : (feature * DailyFeatures.WindowLength) + DailyFeatures.WindowLength - 1))],
        features.Dates,
        [.. features.Rows.Select(row => row[..OwnFacts])]);
}
