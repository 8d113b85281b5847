using Microsoft.Extensions.Options;
using MLOps.Tracking;

namespace MLOps.Silo.Housekeeping;

/// <summary>Gathers every fault of <see cref="HousekeepingOptions"/>, each naming its key.</summary>
/// <param name="tracking">Knows who has the runs.</param>
internal sealed class HousekeepingOptionsValidator(IOptions<TrackingOptions> tracking) : IValidateOptions<HousekeepingOptions>
{
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, HousekeepingOptions options)
    {
        var faults = new List<string>();
        void Check(bool good, string key, TimeSpan given, string expected)
        {
            if (!good)
            {
                faults.Add($"{HousekeepingOptions.SectionName}:{key} is {given:c}: expected {expected}, as days.hours:minutes:seconds");
            }
        }

        Check(options.HeartbeatPatience >= TimeSpan.Zero, nameof(options.HeartbeatPatience), options.HeartbeatPatience, "00:00:00 (never) or more");
        Check(IsPeriod(options.HeartbeatCheckPeriod), nameof(options.HeartbeatCheckPeriod), options.HeartbeatCheckPeriod, "1 second to 1 day");
        Check(IsPeriod(options.Period), nameof(options.Period), options.Period, "1 second to 1 day");
        if (options.Retention is { } retention)
        {
            Check(retention > TimeSpan.Zero, nameof(options.Retention), retention, "more than 00:00:00, or nothing");
            if (tracking.Value.StoreKind == "RestStore")
            {
                faults.Add($"{HousekeepingOptions.SectionName}:{nameof(options.Retention)} has no meaning before another MLflow server, whose protocol cannot remove anything for good: leave it out, and run `mlflow gc` on {tracking.Value.StoreName}");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsPeriod(TimeSpan period) => period >= ShortestPeriod && period <= LongestPeriod;
}
