using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace MLOps.Models.Native;

/// <summary>Makes TorchSharp's native library load where the system's libstdc++ is older than the one it was built with (Debian 12, Ubuntu 22.04). See docs/decisions/0003-loading-libtorch.md.</summary>
/// <remarks>Asked by the runtime only after its own search has failed, so a system that can load the library as it is never gets here. Only Linux on x64 with glibc is touched.</remarks>
internal static class LibTorchLoader
{
    /// <summary>Environment variable; <c>0</c> switches the loader off.</summary>
    public const string SwitchVariable = "MLOPS_PATCH_LIBTORCH";
    public const string LibraryName = "LibTorchSharp";
    private const string FileName = "libLibTorchSharp.so";
    private const string CppRuntime = "libstdc++.so.6";

    /// <summary>What the library itself links to, dependencies first. Loaded from beside the original, because the patched copy lies elsewhere and the loader then finds them by name.</summary>
    private static readonly string[] Companions = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private static readonly Lock Gate = new();
    private static nint _handle;

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "TorchSharp gives no hook of its own, and the handler must be in place before whichever code of this assembly touches it first. It costs one delegate.")]
    internal static void Register()
    {
        if (OperatingSystem.IsLinux()
            && RuntimeInformation.ProcessArchitecture == Architecture.X64
            && Environment.GetEnvironmentVariable(SwitchVariable) != "0"
            && AssemblyLoadContext.GetLoadContext(typeof(LibTorchLoader).Assembly) is { } context)
        {
            context.ResolvingUnmanagedDll += Resolve;
        }
    }

    /// <summary>The versions that a library asks of the C++ runtime, that the runtime does not define, and that keep it from loading.</summary>
    /// <exception cref="DllNotFoundException">The library really uses a symbol of such a version: no patch helps, the system needs a newer libstdc++.</exception>
    internal static IReadOnlyList<ElfVersionNeed> Missing(ElfLibrary library, IReadOnlySet<string> defined)
    {
        var missing = library.Needs().Where(need => need.Library == CppRuntime && !need.Weak && !defined.Contains(need.Version)).ToList();
        return missing.Find(library.IsUsed) is { } used
            ? throw new DllNotFoundException($"{FileName} uses symbols of {used.Version}, which this system's {CppRuntime} does not have. Install a newer libstdc++ (the package libstdc++6).")
            : missing;
    }

    private static nint Resolve(Assembly assembly, string name)
    {
        if (name is not (LibraryName or FileName))
        {
            return 0;
        }

        lock (Gate)
        {
            return _handle != 0 ? _handle : _handle = Load(assembly);
        }
    }

    /// <returns>0 where the failure has another reason than the C++ runtime's age; the runtime then reports it as it would have.</returns>
    private static nint Load(Assembly assembly)
    {
        if (Find(assembly) is not { } original || DefinedByCppRuntime() is not { } defined)
        {
            return 0;
        }

        var library = new ElfLibrary(File.ReadAllBytes(original));
        var missing = Missing(library, defined);
        if (missing.Count == 0)
        {
            return 0;
        }

        foreach (var companion in Companions)
        {
            NativeLibrary.Load(Path.Combine(Path.GetDirectoryName(original)!, companion));
        }

        return NativeLibrary.Load(NativeCache.ForCurrentUser().Store(FileName, library.WithWeak(missing)));
    }

    /// <summary>Where the runtime looked for it: beside the assembly and the application, and in the folders of the packages.</summary>
    private static string? Find(Assembly assembly)
    {
        var packages = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return packages
            .Append(AppContext.BaseDirectory)
            .Append(Path.GetDirectoryName(assembly.Location) ?? "")
            .Select(folder => Path.Combine(folder, FileName))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>The versions of the libstdc++ that this process has loaded, or null where there is none.</summary>
    private static IReadOnlySet<string>? DefinedByCppRuntime()
    {
        if (!NativeLibrary.TryLoad(CppRuntime, out _))
        {
            return null;
        }

        // The loaded one counts, wherever LD_LIBRARY_PATH or the loader's cache found it.
        var path = File.ReadLines("/proc/self/maps")
            .Select(line => line[(line.IndexOf('/', StringComparison.Ordinal) + 1)..])
            .FirstOrDefault(file => file.Contains("libstdc++.so", StringComparison.Ordinal));
        return path is null ? null : new ElfLibrary(File.ReadAllBytes("/" + path)).Definitions();
    }
}
