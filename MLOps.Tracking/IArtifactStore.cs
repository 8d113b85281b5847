using MLOps.Contracts.Problems;

namespace MLOps.Tracking;

/// <summary>Files of runs, models and datasets under one root (what <c>mlflow-artifacts:/</c> points at).
/// Paths are relative, <c>/</c>-separated, already checked by <see cref="ArtifactPath"/>; the store checks again that nothing leaves its root.
/// <para>Promise: a write is all or nothing and durable when its task completes; a reader never sees half a file.</para></summary>
public interface IArtifactStore
{
    /// <summary>Writes or replaces a file, streaming.</summary>
    Task WriteAsync(string path, Stream content, CancellationToken cancellationToken = default);

    /// <exception cref="MLOpsException">NotFound: no such file.</exception>
    Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>The direct children of a directory, by name; empty when there is none.</summary>
    Task<IReadOnlyList<ArtifactEntry>> ListAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Deletes a file or directory; idempotent.</summary>
    Task DeleteAsync(string path, CancellationToken cancellationToken = default);
}

/// <param name="Path">Relative to the store's root.</param>
/// <param name="Size">Bytes; null for a directory.</param>
public sealed record ArtifactEntry(string Path, bool IsDirectory, long? Size);
