using MLOps.Contracts.Monitoring;
using MLOps.Monitoring.Drift;

namespace MLOps.Silo.Monitoring;

/// <summary>One stream of observations with its windows: live traffic, or a replay.</summary>
internal sealed class MonitoredStream(WindowJudge judge, MonitorWindows windows, string? replay)
{
    /// <summary>Null: live traffic.</summary>
    public string? Replay => replay;

    /// <summary>What is kept in storage.</summary>
    public MonitorWindows Windows => windows;

    public DriftMonitor Drift { get; } = new(
        judge,
        windows.OpenMonth is { } month ? new OpenWindow(month, [.. windows.Open.Select(o => (o.EventTime, o.Values))]) : null);

    /// <summary>Whether a person has been told, since the activation, that observations are dropped as late.</summary>
    public bool LateIsTold { get; set; }

    /// <summary>Brings the open window into what is kept.</summary>
    public void Keep()
    {
        var open = Drift.Open;
        windows.OpenMonth = open?.Month;
        windows.Open = open is null ? [] : [.. open.Observations.Select(o => new ObservedInput(o.EventTime, o.Values))];
    }
}
