using System.Text;

namespace MLOps.Tracking.Hosting;

/// <summary>A secret of this server's own, made once and kept in a file that its owner alone may read.</summary>
internal static class KeptSecret
{
    /// <returns>What the file holds, without blanks around it.</returns>
    public static string ReadOrMake(string path, Func<string> make)
    {
        if (!File.Exists(path))
        {
            // Whole or not at all, and of two processes at once the first one's: both then read the same.
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var temporary = $"{path}.{Guid.NewGuid():n}";
            var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(temporary, mode))
            {
                file.Write(Encoding.ASCII.GetBytes(make()));
                file.Flush(flushToDisk: true);
            }

            try
            {
                File.Move(temporary, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(temporary);
            }
        }

        return File.ReadAllText(path).Trim();
    }
}
