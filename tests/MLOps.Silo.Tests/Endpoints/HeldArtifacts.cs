using MLOps.Tracking;

namespace MLOps.Silo.Tests.Endpoints;

/// <summary>The real artifacts, of which those under one folder are not to be had until they are released.</summary>
internal sealed class HeldArtifacts(IArtifactResolver artifacts, string folder) : IArtifactResolver
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when somebody waits for what is held.</summary>
    public Task Reached => _reached.Task;

    private int _waiting;

    /// <summary>How many have asked for what is held.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public void Release() => _released.TrySetResult();

    /// <summary>Whoever waits gets the exception, and whoever comes later.</summary>
    public void Fail(Exception exception) => _released.TrySetException(exception);

    public ArtifactLocation Resolve(string uri) => artifacts.Resolve(uri) is var location && uri.EndsWith(folder, StringComparison.Ordinal)
        ? location with { Store = new Store(location.Store, WaitAsync) }
        : location;

    private Task WaitAsync()
    {
        _reached.TrySetResult();
        Interlocked.Increment(ref _waiting);
        return _released.Task;
    }

    private sealed class Store(IArtifactStore store, Func<Task> waitAsync) : IArtifactStore
    {
        public async Task<IReadOnlyList<ArtifactEntry>> ListAsync(string path, CancellationToken cancellationToken = default)
        {
            await waitAsync();
            return await store.ListAsync(path, cancellationToken);
        }

        public Task WriteAsync(string path, Stream content, CancellationToken cancellationToken = default) => store.WriteAsync(path, content, cancellationToken);

        public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default) => store.OpenReadAsync(path, cancellationToken);

        public Task<ArtifactPart?> OpenReadAsync(string path, ArtifactRange range, CancellationToken cancellationToken = default) => store.OpenReadAsync(path, range, cancellationToken);

        public Task DeleteAsync(string path, CancellationToken cancellationToken = default) => store.DeleteAsync(path, cancellationToken);
    }
}
