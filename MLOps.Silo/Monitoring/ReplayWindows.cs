namespace MLOps.Silo.Monitoring;

/// <summary>The windows of one replay.</summary>
[GenerateSerializer, Alias("mlops.ReplayWindows")]
public sealed class ReplayWindows : MonitorWindows
{
    [Id(0)]
    public string Id { get; set; } = "";

    /// <summary>Unix ms of the first observation's arrival.</summary>
    [Id(1)]
    public long StartedAt { get; set; }
}
