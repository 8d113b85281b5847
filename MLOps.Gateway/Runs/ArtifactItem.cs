namespace MLOps.Gateway.Runs;

/// <param name="Path">Relative to the run's artifact root.</param>
/// <param name="FileSize">Bytes; null for a directory.</param>
internal sealed record ArtifactItem(string Path, bool IsDir, long? FileSize);

internal sealed record ArtifactList(string RootUri, IReadOnlyList<ArtifactItem> Files);
