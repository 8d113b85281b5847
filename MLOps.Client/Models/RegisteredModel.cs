namespace MLOps.Client.Models;

/// <summary>A name in the registry.</summary>
public sealed record RegisteredModel
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public DateTimeOffset? CreationTime { get; init; }

    public DateTimeOffset? LastUpdatedTimestamp { get; init; }

    /// <summary>The newest version of each stage.</summary>
    public IReadOnlyList<ModelVersion> LatestVersions { get; init; } = [];

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Version by alias.</summary>
    public IReadOnlyDictionary<string, int> Aliases { get; init; } = new Dictionary<string, int>();
}
