using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Batch;

/// <summary>The real store, which goes away when the test says: before a part is written, or after it and before the caller hears of it.</summary>
internal sealed class FaultyArtifactStore(IArtifactStore store) : IArtifactStore
{
    private int _parts;

    /// <summary>Which writes of parts fail, counted over all attempts from 0.</summary>
    public Dictionary<int, bool> FailsAfterWriting { get; } = [];

    /// <summary>Holds up every part, so that a test can act in the middle of a job. Null: nothing does.</summary>
    public TimeSpan? Delay { get; set; }

    public void Count(IEnumerable<(int Write, bool After)> faults)
    {
        _parts = 0;
        FailsAfterWriting.Clear();
        foreach (var (write, after) in faults)
        {
            FailsAfterWriting[write] = after;
        }
    }

    public async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        if (!path.Contains("/parts/", StringComparison.Ordinal))
        {
            await store.WriteAsync(path, content, cancellationToken);
            return;
        }

        var fails = FailsAfterWriting.TryGetValue(_parts++, out var after);
        if (Delay is { } delay)
        {
            await Task.Delay(delay, cancellationToken);
        }

        if (!fails || after)
        {
            await store.WriteAsync(path, content, cancellationToken);
        }

        if (fails)
        {
            throw new MLOpsException(ProblemCode.Unavailable, "the disk is away");
        }
    }

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default) => store.OpenReadAsync(path, cancellationToken);

    public Task<ArtifactPart?> OpenReadAsync(string path, ArtifactRange range, CancellationToken cancellationToken = default) => store.OpenReadAsync(path, range, cancellationToken);

    public Task<IReadOnlyList<ArtifactEntry>> ListAsync(string path, CancellationToken cancellationToken = default) => store.ListAsync(path, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken = default) => store.DeleteAsync(path, cancellationToken);
}
