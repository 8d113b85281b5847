namespace MLOps.Client.Models;

/// <summary>A version of a registered model.</summary>
public sealed record ModelVersion
{
    public required string Name { get; init; }

    public required int Version { get; init; }

    public ModelStage CurrentStage { get; init; }

    /// <summary>Address of the model's files.</summary>
    public string? Source { get; init; }

    /// <summary>The run that made it; null or empty when none did.</summary>
    public string? RunId { get; init; }

    /// <summary>READY, PENDING_REGISTRATION or FAILED_REGISTRATION.</summary>
    public string? Status { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    public DateTimeOffset? LastUpdatedTimestamp { get; init; }

    public string? Description { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Aliases { get; init; } = [];
}
