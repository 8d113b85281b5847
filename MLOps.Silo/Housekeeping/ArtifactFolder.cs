using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Silo.Housekeeping;

/// <summary>The artifacts of one run, logged model or trace: a folder of its own, with its id in the path.</summary>
internal static class ArtifactFolder
{
    /// <returns>Null: they may be removed. Else why not.</returns>
    public static string? Fault(IArtifactResolver artifacts, OrphanedArtifacts owner)
    {
        if (owner.Uri.Length == 0)
        {
            return null;
        }

        try
        {
            return IsOwn(artifacts.Resolve(owner.Uri), owner)
                ? null
                : $"its artifacts at {owner.Uri} are not in a folder of its own, and others' may be there too";
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.InvalidArgument)
        {
            return $"its artifacts cannot be removed: {exception.Message}";
        }
    }

    /// <returns>Bytes of all files; null: they cannot all be listed, or not in time.</returns>
    public static async Task<long?> MeasureAsync(IArtifactResolver artifacts, string uri, CancellationToken patience)
    {
        if (uri.Length == 0)
        {
            return 0;
        }

        var location = artifacts.Resolve(uri);
        var bytes = 0L;
        var folders = new Stack<string>([location.Path]);
        try
        {
            while (folders.TryPop(out var folder))
            {
                patience.ThrowIfCancellationRequested();
                foreach (var entry in await location.Store.ListAsync(folder, patience))
                {
                    bytes += entry.Size ?? 0;
                    if (entry.IsDirectory)
                    {
                        folders.Push(entry.Path);
                    }
                }
            }

            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException || (exception is OperationCanceledException && patience.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Removes the folder, and the one that held only it.</summary>
    public static async Task RemoveAsync(IArtifactResolver artifacts, OrphanedArtifacts owner, CancellationToken cancellationToken)
    {
        if (owner.Uri.Length == 0)
        {
            return;
        }

        var location = artifacts.Resolve(owner.Uri);
        if (!IsOwn(location, owner))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'{owner.Uri}' is not a folder of {owner.OwnerId} alone.");
        }

        await location.Store.DeleteAsync(location.Path, cancellationToken);
        var slash = location.Path.LastIndexOf('/');
        if (slash > 0 && location.Path[..slash] is var parent && parent.EndsWith(owner.OwnerId, StringComparison.Ordinal)
            && (await location.Store.ListAsync(parent, cancellationToken)).Count == 0)
        {
            await location.Store.DeleteAsync(parent, cancellationToken);
        }
    }

    private static bool IsOwn(ArtifactLocation location, OrphanedArtifacts owner) => location.Path.Split('/').Contains(owner.OwnerId);
}
