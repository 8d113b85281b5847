namespace MLOps.Client.Experiments;

/// <summary>A named group of runs.</summary>
public sealed record Experiment
{
    public required string ExperimentId { get; init; }

    public required string Name { get; init; }

    public string? ArtifactLocation { get; init; }

    /// <summary><c>active</c> or <c>deleted</c>.</summary>
    public string LifecycleStage { get; init; } = "active";

    public DateTimeOffset? CreationTime { get; init; }

    public DateTimeOffset? LastUpdateTime { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}
