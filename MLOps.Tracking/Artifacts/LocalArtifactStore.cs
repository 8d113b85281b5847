using Microsoft.Win32.SafeHandles;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Artifacts;

/// <summary>Artifacts in a folder. A file is written aside, flushed to disk and renamed into its place; links are not followed.</summary>
internal sealed class LocalArtifactStore : IArtifactStore
{
    /// <summary>Folder in the root for files that are not whole yet. It is not listed and cannot be named in a path.</summary>
    internal const string Staging = ".mlops-partial";

    private const int BufferSize = 128 * 1024;
    private const int MoveAttempts = 5;
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);
    private readonly string _root;

    public LocalArtifactStore(string root, TimeProvider clock)
    {
        Directory.CreateDirectory(root);
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        DeleteLeftovers(clock);
    }

    public async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        var target = Locate(path);
        RequirePlace(path, target);

        var staging = Path.Combine(_root, Staging);
        var partial = Path.Combine(staging, Guid.NewGuid().ToString("n"));
        try
        {
            Directory.CreateDirectory(staging);
            await using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize, FileOptions.Asynchronous))
            {
                await content.CopyToAsync(file, cancellationToken);
                await file.FlushAsync(cancellationToken);
                file.Flush(flushToDisk: true);
            }

            MoveIntoPlace(partial, target);
        }
        catch (PathTooLongException exception)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'{Shortened(path)}' is too long: the server's file system takes at most 255 bytes for a name", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && exception is not Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            // Somebody may have come first meanwhile; if not, the disk is full or broken.
            RequirePlace(path, target);
            throw new MLOpsException(ProblemCode.Unavailable, $"The artifact '{path}' could not be written: {exception.Message.Replace(_root, "(artifacts)", StringComparison.Ordinal)}", exception);
        }
        finally
        {
            DeletePartial(partial);
        }
    }

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default) => Task.FromResult<Stream>(Open(path, FileOptions.SequentialScan));

    public async Task<ArtifactPart?> OpenReadAsync(string path, ArtifactRange range, CancellationToken cancellationToken = default)
    {
        var file = Open(path, FileOptions.None);
        if (range.Within(file.Length) is not { } part)
        {
            await file.DisposeAsync();
            return null;
        }

        var total = file.Length;
        file.Position = part.First;
        return new ArtifactPart(new LimitedStream(file, part.Count), part.First, part.Count, total);
    }

    public Task<IReadOnlyList<ArtifactEntry>> ListAsync(string path, CancellationToken cancellationToken = default)
    {
        var folder = new DirectoryInfo(Locate(path));
        if (!folder.Exists)
        {
            return Task.FromResult<IReadOnlyList<ArtifactEntry>>([]);
        }

        var entries = new List<ArtifactEntry>();
        try
        {
            foreach (var entry in folder.EnumerateFileSystemInfos().Where(entry => entry.LinkTarget is null && entry.Name != Staging))
            {
                if (TryDescribe(entry) is { } described)
                {
                    entries.Add(described);
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // It goes while it is listed, and what was in it goes with it.
            entries.Clear();
        }

        entries.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        return Task.FromResult<IReadOnlyList<ArtifactEntry>>(entries);
    }

    /// <returns>Null: it was deleted since it was found.</returns>
    private ArtifactEntry? TryDescribe(FileSystemInfo entry)
    {
        try
        {
            return new ArtifactEntry(
                Path.GetRelativePath(_root, entry.FullName).Replace(Path.DirectorySeparatorChar, '/'),
                entry is DirectoryInfo,
                (entry as FileInfo)?.Length);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        var target = Locate(path);
        if (target == _root)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "The artifact root cannot be deleted: name a file or directory in it");
        }

        try
        {
            if (Directory.Exists(target))
            {
                Directory.Delete(target, recursive: true);
            }
            else
            {
                File.Delete(target);
            }
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or PathTooLongException)
        {
            // Gone already, with the folder it was in, or never there.
            return Task.CompletedTask;
        }

        return Task.CompletedTask;
    }

    private FileStream Open(string path, FileOptions options)
    {
        var file = Locate(path);
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.Asynchronous | options);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or PathTooLongException or UnauthorizedAccessException && !File.Exists(file))
        {
            throw new MLOpsException(ProblemCode.NotFound, $"No such artifact: '{path}'", exception);
        }
    }

    /// <exception cref="MLOpsException">InvalidArgument: a folder lies where the file shall, or a file where a folder of its path shall.</exception>
    private void RequirePlace(string path, string target)
    {
        if (target == _root || Directory.Exists(target))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'{path}' is a directory: expected the path of a file");
        }

        for (var folder = Path.GetDirectoryName(target)!; folder.Length > _root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (File.Exists(folder))
            {
                throw new MLOpsException(ProblemCode.InvalidArgument, $"'{path}' lies below '{LocalPath.Below(_root, folder)}', which is a file: expected a directory there");
            }
        }
    }

    private static void DeletePartial(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // On a broken disk, whose own error is the one to tell. What stays is taken away when the store is opened again.
            return;
        }
    }

    private static string Shortened(string path) => path.Length <= 100 ? path : path[..100] + "…";

    /// <summary>Makes the folders, renames, and flushes what changed, so that the file is there after a power cut.</summary>
    private static void MoveIntoPlace(string partial, string target)
    {
        var folder = Path.GetDirectoryName(target)!;
        for (var attempt = 1; ; attempt++)
        {
            var lastThatExisted = folder;
            while (!Directory.Exists(lastThatExisted))
            {
                lastThatExisted = Path.GetDirectoryName(lastThatExisted)!;
            }

            Directory.CreateDirectory(folder);
            try
            {
                File.Move(partial, target, overwrite: true);
            }
            catch (DirectoryNotFoundException) when (attempt < MoveAttempts)
            {
                // Somebody deleted the folder in between: this write comes after that.
                continue;
            }

            for (var changed = folder; changed.Length >= lastThatExisted.Length; changed = Path.GetDirectoryName(changed)!)
            {
                FlushDirectory(changed);
            }

            return;
        }
    }

    /// <summary>The full path, after every check: inside the root, and no part of it a link.</summary>
    private string Locate(string path)
    {
        var full = Path.GetFullPath(Path.Combine(_root, ArtifactPath.Check(path)));
        if (LocalPath.Below(_root, full) is not { } below || below == Staging || below.StartsWith(Staging + "/", StringComparison.Ordinal))
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

    /// <summary>What a process left that was killed while it wrote. Younger ones may belong to another server on the same folder.</summary>
    private void DeleteLeftovers(TimeProvider clock)
    {
        var staging = new DirectoryInfo(Path.Combine(_root, Staging));
        if (!staging.Exists)
        {
            return;
        }

        foreach (var file in staging.EnumerateFiles().Where(file => clock.GetUtcNow() - file.LastWriteTimeUtc > LeftoverAge))
        {
            file.Delete();
        }
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
