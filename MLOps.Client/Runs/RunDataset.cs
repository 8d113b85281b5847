namespace MLOps.Client.Runs;

/// <summary>A dataset that a run read.</summary>
/// <param name="Context">What for (<c>training</c>, <c>evaluation</c>); null when not said.</param>
public sealed record RunDataset(string Name, string? Digest, string? SourceType, string? Source, string? Context);
