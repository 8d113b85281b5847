using Microsoft.Win32.SafeHandles;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Artifacts;

/// <summary>Artifacts in a folder. A file is written beside its place, flushed to disk and renamed into it; links are not followed.</summary>
internal sealed class LocalArtifactStore : IArtifactStore
{
    private const string TemporarySuffix = ".mlops-partial";
    private readonly string _root;

    public LocalArtifactStore(string root)
    {
        Directory.CreateDirectory(root);
        _root = Path.GetFullPath(root);
    }

    public async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        var target = Locate(path);
        if (target == _root || Directory.Exists(target))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'{path}' is a directory: expected the path of a file");
        }

        var folder = Path.GetDirectoryName(target)!;
        var partial = $"{target}.{Guid.NewGuid():n}{TemporarySuffix}";
        try
        {
            Directory.CreateDirectory(folder);
            await using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 128 * 1024, FileOptions.Asynchronous))
            {
                await content.CopyToAsync(file, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, target, overwrite: true);
            FlushDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MLOpsException(ProblemCode.Unavailable, $"The artifact '{path}' could not be written: {exception.Message}", exception);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = Locate(path);
        if (!File.Exists(file))
        {
            throw new MLOpsException(ProblemCode.NotFound, $"No such artifact: '{path}'");
        }

        return Task.FromResult<Stream>(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan));
    }

    public Task<IReadOnlyList<ArtifactEntry>> ListAsync(string path, CancellationToken cancellationToken = default)
    {
        var folder = new DirectoryInfo(Locate(path));
        if (!folder.Exists)
        {
            return Task.FromResult<IReadOnlyList<ArtifactEntry>>([]);
        }

        return Task.FromResult<IReadOnlyList<ArtifactEntry>>(
        [
            .. folder.EnumerateFileSystemInfos()
                .Where(entry => entry.LinkTarget is null && !entry.Name.EndsWith(TemporarySuffix, StringComparison.Ordinal))
                .OrderBy(entry => entry.Name, StringComparer.Ordinal)
                .Select(entry => new ArtifactEntry(
                    Path.GetRelativePath(_root, entry.FullName).Replace(Path.DirectorySeparatorChar, '/'),
                    entry is DirectoryInfo,
                    (entry as FileInfo)?.Length)),
        ]);
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        var target = Locate(path);
        if (target == _root)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "The artifact root cannot be deleted: name a file or directory in it");
        }

        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }
        else
        {
            File.Delete(target);
        }

        return Task.CompletedTask;
    }

    /// <summary>The full path, after every check: inside the root, and no part of it a link.</summary>
    private string Locate(string path)
    {
        var full = Path.GetFullPath(Path.Combine(_root, ArtifactPath.Check(path)));
        if (full != _root && !full.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "Invalid path");
        }

        for (var part = full; part.Length > _root.Length; part = Path.GetDirectoryName(part)!)
        {
            if (new FileInfo(part).LinkTarget is not null)
            {
                throw new MLOpsException(ProblemCode.InvalidArgument, "Invalid path");
            }
        }

        return full;
    }

    /// <summary>Makes the rename durable. Windows has no such call and needs none.</summary>
    private static void FlushDirectory(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = OpenDirectory(folder);
        RandomAccess.FlushToDisk(handle);
    }

    private static SafeFileHandle OpenDirectory(string folder) => UnixDirectory.Open(folder);
}
