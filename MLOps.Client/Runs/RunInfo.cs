namespace MLOps.Client.Runs;

/// <summary>A run's attributes.</summary>
public sealed record RunInfo
{
    public required string RunId { get; init; }

    public string RunName { get; init; } = "";

    public required string ExperimentId { get; init; }

    public RunStatus Status { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public DateTimeOffset? EndTime { get; init; }

    public string? ArtifactUri { get; init; }

    public string? LifecycleStage { get; init; }

    public string? UserId { get; init; }
}
