using System.Globalization;

namespace MLOps.Tracking.Hosting;

/// <summary>Keeps a second platform off a data directory. The operating system lets go of it when the process ends, however it ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream? _file;

    private DataDirectoryLock(FileStream? file) => _file = file;

    /// <summary>Takes it when something is kept there that one process alone may write: replicas on PostgreSQL and S3 can share a folder, which then holds secrets at most.</summary>
    public static DataDirectoryLock Take(TrackingOptions options) => options.KeepsDataInDirectory ? Take(options.DataDirectory) : new DataDirectoryLock(null);

    private static DataDirectoryLock Take(string directory)
    {
        var folder = Path.GetFullPath(directory);
        var path = Path.Combine(folder, ".lock");
        var owner = Path.Combine(folder, ".lock.pid");
        FileStream file;
        try
        {
            Directory.CreateDirectory(folder);
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StoreOpenException($"the data directory {folder} is not writable: make it writable, or choose another with --data DIR", exception);
        }
        catch (IOException exception)
        {
            throw new StoreOpenException(
                Owner(owner) is { Length: > 0 } process
                    ? $"the data directory {folder} is in use by another platform (process {process}): stop that one, or choose another with --data DIR"
                    : $"the data directory {folder} cannot be used ({exception.Message}): choose another with --data DIR",
                exception);
        }

        // Beside the locked file, which nobody else can open.
        File.WriteAllText(owner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new DataDirectoryLock(file);
    }

    public void Dispose() => _file?.Dispose();

    /// <returns>The process id that the owner left; empty when there is none to read.</returns>
    private static string Owner(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The message does without the process id then.
            return string.Empty;
        }
    }
}
