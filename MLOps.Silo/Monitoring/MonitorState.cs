using MLOps.Contracts.Monitoring;

namespace MLOps.Silo.Monitoring;

/// <summary>The live windows, the replays and the alerts of one endpoint.</summary>
[GenerateSerializer, Alias("mlops.MonitorState")]
public sealed class MonitorState : MonitorWindows
{
    /// <summary>Oldest first.</summary>
    [Id(0)]
    public List<ModelAlert> Alerts { get; set; } = [];

    /// <summary>Oldest first.</summary>
    [Id(1)]
    public List<ReplayWindows> Replays { get; set; } = [];

    /// <summary>How many endpoints of this name have been removed: alerts of one that is gone are not the present one's.</summary>
    [Id(2)]
    public int Generation { get; set; }
}
