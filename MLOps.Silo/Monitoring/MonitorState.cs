using MLOps.Contracts.Monitoring;

namespace MLOps.Silo.Monitoring;

/// <summary>The open window, the verdicts and the alerts of one endpoint.</summary>
[GenerateSerializer, Alias("mlops.MonitorState")]
public sealed class MonitorState
{
    /// <summary>12·year + month − 1 of the open window; null: none is open.</summary>
    [Id(0)]
    public int? OpenMonth { get; set; }

    [Id(1)]
    public List<ObservedInput> Open { get; set; } = [];

    /// <summary>Oldest first.</summary>
    [Id(2)]
    public List<DriftReport> Reports { get; set; } = [];

    /// <summary>Oldest first.</summary>
    [Id(3)]
    public List<ModelAlert> Alerts { get; set; } = [];
}
