using System.Runtime.InteropServices;
using TorchSharp;

namespace MLOps.Models.Native;

/// <summary>The tensor library's native part.</summary>
public static class LibTorch
{
    private static readonly Lazy<bool> WithoutOneDnn = new(Load);

    /// <summary>Loads libtorch, once, and makes sure that it computes what it should. Everything that trains calls this before its first tensor:
    /// the handler that lets the library load on an older libstdc++ is registered with the first use of this assembly, and which kernels convolve is decided here.</summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded; the message says what to look at.</exception>
    /// <exception cref="PlatformNotSupportedException">It computes wrong convolutions on this machine.</exception>
    public static void EnsureLoaded() => _ = WithoutOneDnn.Value;

    /// <summary>As <see cref="EnsureLoaded()"/>; this thread's tensors are computed by so many threads from now on. Said before the first tensor of a training, so that none of its sums
    /// is divided by what this thread or process trained before: a job that goes on elsewhere meets the same digits.</summary>
    internal static void EnsureLoaded(int threads)
    {
        EnsureLoaded();
        torch.set_num_threads(threads);
    }

    private static bool Load()
    {
        // TorchSharp's own failure is a page-long trace inside a TypeInitializationException that every later call repeats.
        if (!NativeLibrary.TryLoad(LibTorchLoader.LibraryName, typeof(torch).Assembly, null, out _))
        {
            throw new DllNotFoundException(
                $"The native library {LibTorchLoader.LibraryName} cannot be loaded. Check that the package libtorch-cpu of this platform was restored, "
                + $"that {LibTorchLoader.SwitchVariable} is not 0 on a system with an old libstdc++, and what LD_DEBUG=libs says.");
        }

        var disabled = OneDnn.TryDisable();
        ConvolutionCheck.Run();
        return disabled;
    }
}
