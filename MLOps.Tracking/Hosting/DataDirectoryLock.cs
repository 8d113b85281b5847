using System.Globalization;
using System.Text;

namespace MLOps.Tracking.Hosting;

/// <summary>Keeps a second platform off a data directory. The operating system lets go of it when the process ends, however it ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    public static DataDirectoryLock Take(string directory)
    {
        var folder = Path.GetFullPath(directory);
        var path = Path.Combine(folder, ".lock");
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
                Owner(path) is { Length: > 0 } owner
                    ? $"the data directory {folder} is in use by another platform (process {owner}): stop that one, or choose another with --data DIR"
                    : $"the data directory {folder} cannot be used ({exception.Message}): choose another with --data DIR",
                exception);
        }

        file.SetLength(0);
        file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        file.Flush();
        return new DataDirectoryLock(file);
    }

    public void Dispose() => _file.Dispose();

    /// <returns>The process id in the lock file; empty when there is none to read.</returns>
    private static string Owner(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The message does without the process id then.
            return string.Empty;
        }
    }
}
