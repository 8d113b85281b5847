using MLOps.Tracking;

namespace MLOps.Silo.Tests.Datasets;

/// <summary>The real store, which takes a version's file only when the test lets it.</summary>
internal sealed class HeldStore(IArtifactStore store, Task released) : IArtifactStore
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is asked to take one.</summary>
    public Task Asked => _asked.Task;

    public async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        if (path.EndsWith("/v1/data.csv", StringComparison.Ordinal))
        {
            _asked.TrySetResult();
            await released.WaitAsync(cancellationToken);
        }

        await store.WriteAsync(path, content, cancellationToken);
    }

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default) => store.OpenReadAsync(path, cancellationToken);

    public Task<ArtifactPart?> OpenReadAsync(string path, ArtifactRange range, CancellationToken cancellationToken = default) => store.OpenReadAsync(path, range, cancellationToken);

    public Task<IReadOnlyList<ArtifactEntry>> ListAsync(string path, CancellationToken cancellationToken = default) => store.ListAsync(path, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken = default) => store.DeleteAsync(path, cancellationToken);
}
