namespace MLOps.Contracts.Runs;

/// <summary>The tags by which a run's client promises signs of life, and gives them.</summary>
public static class HeartbeatTags
{
    /// <summary>Whole seconds between two signs of life. A run that has this tag has announced them; no other run is ever ended for being silent.</summary>
    public const string Interval = "mlops.heartbeat.interval_s";

    /// <summary>Unix ms of the last sign of life, by the client's clock.</summary>
    public const string Beat = "mlops.heartbeat";

    /// <summary>Why a run failed.</summary>
    public const string Error = "mlops.error";
}
