using MLOps.Contracts.Problems;

namespace MLOps.Tracking;

/// <summary>Files of runs, models and datasets under one root (what <c>mlflow-artifacts:/</c> points at).
/// Paths are relative, <c>/</c>-separated, already checked by <see cref="ArtifactPath"/>; the store checks again that nothing leaves its root.
/// <para>Promise: a write is all or nothing and durable when its task completes; a reader never sees half a file. Content streams in constant memory, both ways.</para></summary>
public interface IArtifactStore
{
    /// <summary>Writes or replaces a file, streaming. When the content breaks off or the caller cancels, the path is as it was before.</summary>
    Task WriteAsync(string path, Stream content, CancellationToken cancellationToken = default);

    /// <returns>The content; its <see cref="Stream.Length"/> is known, and it may not seek.</returns>
    /// <exception cref="MLOpsException">NotFound: no such file.</exception>
    Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Opens a part of a file.</summary>
    /// <returns>Null: the range lies outside the file.</returns>
    /// <exception cref="MLOpsException">NotFound: no such file.</exception>
    Task<ArtifactPart?> OpenReadAsync(string path, ArtifactRange range, CancellationToken cancellationToken = default);

    /// <summary>The direct children of a directory, by name; empty when there is none.</summary>
    Task<IReadOnlyList<ArtifactEntry>> ListAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Deletes a file or a directory with all that is in it; idempotent.</summary>
    Task DeleteAsync(string path, CancellationToken cancellationToken = default);
}
