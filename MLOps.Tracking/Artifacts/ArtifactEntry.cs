namespace MLOps.Tracking;

/// <param name="Path">Relative to the store's root.</param>
/// <param name="Size">Bytes; null for a directory.</param>
public sealed record ArtifactEntry(string Path, bool IsDirectory, long? Size);
