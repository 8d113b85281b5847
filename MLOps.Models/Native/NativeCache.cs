using System.Security.Cryptography;

namespace MLOps.Models.Native;

/// <summary>Keeps patched native libraries in a per-user folder, one subfolder per content. Safe for several processes at once: a file appears whole or not at all, under a name that says its content.</summary>
/// <param name="root">Null: a folder of this process alone.</param>
internal sealed class NativeCache(string? root)
{
    /// <summary><c>$XDG_CACHE_HOME/mlops/native</c>, else <c>~/.cache/mlops/native</c>; for a user without a home, or with one that cannot be written, as in a container, a folder of this process alone.</summary>
    public static NativeCache ForCurrentUser()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (!Path.IsPathRooted(cache))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            cache = Path.IsPathRooted(home) && Directory.Exists(home) ? Path.Combine(home, ".cache") : null;
        }

        return new NativeCache(cache is null ? null : Path.Combine(cache, "mlops", "native"));
    }

    /// <summary>Path of a file of that name with exactly that content, written if it is not there yet.</summary>
    public string Store(string fileName, byte[] content)
    {
        if (root is not null)
        {
            try
            {
                return Store(root, fileName, content);
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
            {
                // Below: a library that cannot be kept is patched anew by each process.
            }
        }

        // A shared, guessable folder under /tmp could hold a library that someone else put there.
        return Store(Directory.CreateTempSubdirectory("mlops-native-").FullName, fileName, content);
    }

    private static string Store(string root, string fileName, byte[] content)
    {
        var folder = Path.Combine(root, Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16)));
        var path = Path.Combine(folder, fileName);
        if (Holds(path, content))
        {
            return path;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var partial = Path.Combine(folder, $"{fileName}.{Guid.NewGuid():N}.partial");
        try
        {
            File.WriteAllBytes(partial, content);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }

        return path;
    }

    private static bool Holds(string path, byte[] content)
    {
        try
        {
            return File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }
}
