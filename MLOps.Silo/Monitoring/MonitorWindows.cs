using MLOps.Contracts.Monitoring;

namespace MLOps.Silo.Monitoring;

/// <summary>The windows of one stream of observations: the live one, or a replay's.</summary>
[GenerateSerializer, Alias("mlops.MonitorWindows")]
public class MonitorWindows
{
    /// <summary>12·year + month − 1 of the open window; null: none is open.</summary>
    [Id(0)]
    public int? OpenMonth { get; set; }

    [Id(1)]
    public List<ObservedInput> Open { get; set; } = [];

    /// <summary>Oldest first.</summary>
    [Id(2)]
    public List<DriftReport> Reports { get; set; } = [];

    /// <summary>Observations dropped because their month had been closed.</summary>
    [Id(3)]
    public long Late { get; set; }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        OpenMonth = null;
        Open = [];
        Reports = [];
        Late = 0;
    }
}
