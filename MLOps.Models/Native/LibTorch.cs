using System.Runtime.InteropServices;
using TorchSharp;

namespace MLOps.Models.Native;

/// <summary>The tensor library's native part.</summary>
public static class LibTorch
{
    /// <summary>Loads libtorch now rather than at the first tensor. Code that uses TorchSharp before it touches anything else of this assembly calls this first, because the handler that lets the library load on an older libstdc++ is registered with the assembly's first use.</summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded; the message says what to look at.</exception>
    public static void EnsureLoaded()
    {
        // TorchSharp's own failure is a page-long trace inside a TypeInitializationException that every later call repeats.
        if (!NativeLibrary.TryLoad(LibTorchLoader.LibraryName, typeof(torch).Assembly, null, out _))
        {
            throw new DllNotFoundException(
                $"The native library {LibTorchLoader.LibraryName} cannot be loaded. Check that the package libtorch-cpu of this platform was restored, "
                + $"that {LibTorchLoader.SwitchVariable} is not 0 on a system with an old libstdc++, and what LD_DEBUG=libs says.");
        }
    }
}
