namespace MLOps.Silo.Monitoring;

/// <summary>The profile in force. Kept apart from <see cref="MonitorState"/>: it is hundreds of kilobytes and changes with a deployment, not with an observation.</summary>
[GenerateSerializer, Alias("mlops.MonitorProfileState")]
public sealed class MonitorProfileState
{
    [Id(0)]
    public string? Json { get; set; }
}
