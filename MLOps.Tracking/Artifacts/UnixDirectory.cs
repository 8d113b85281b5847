using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MLOps.Tracking.Artifacts;

/// <summary>Opens a directory for fsync, which <see cref="File"/> cannot.</summary>
internal static partial class UnixDirectory
{
    private const int ReadOnly = 0;

    public static SafeFileHandle Open(string folder)
    {
        var handle = OpenNative(folder, ReadOnly);
        return handle.IsInvalid ? throw new IOException($"The directory {folder} cannot be opened: error {Marshal.GetLastPInvokeError()}") : handle;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenNative(string path, int flags);
}
