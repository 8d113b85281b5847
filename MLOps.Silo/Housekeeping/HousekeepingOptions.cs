namespace MLOps.Silo.Housekeeping;

/// <summary>How the platform clears up after clients that died and after people who deleted.</summary>
public sealed class HousekeepingOptions
{
    public const string SectionName = "MLOps:Housekeeping";

    /// <summary>A run that announced heartbeats, as the .NET SDK's option and the platform's own trainer do, becomes FAILED when neither a heartbeat nor another write
    /// has come for so long, or for three of the announced intervals when that is longer. Zero: never. Default: 00:05:00.</summary>
    public TimeSpan HeartbeatPatience { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Time between two looks at such a run: it fails at most two of them later than the patience says. Below a minute Orleans warns at the start. Default: 00:01:00.</summary>
    public TimeSpan HeartbeatCheckPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Deleted runs and experiments are removed for good, with their artifacts, once they have been deleted for so long. Null: never. Default: null.</summary>
    public TimeSpan? Retention { get; set; }

    /// <summary>Time between two searches for what has to go. Default: 01:00:00.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromHours(1);
}
