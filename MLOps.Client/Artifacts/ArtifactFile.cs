namespace MLOps.Client.Artifacts;

/// <summary>A file or folder among a run's artifacts.</summary>
public sealed record ArtifactFile
{
    /// <summary>Path inside the run's artifacts.</summary>
    public required string Path { get; init; }

    public bool IsDir { get; init; }

    /// <summary>Bytes; null for a folder.</summary>
    public long? FileSize { get; init; }
}
