using System.Runtime.InteropServices;
using TorchSharp;

namespace MLOps.Models.Native;

/// <summary>oneDNN, the library to which libtorch hands its convolutions. See docs/decisions/0020-convolutions-without-onednn.md.</summary>
internal static unsafe class OneDnn
{
    /// <summary>libtorch convolves with its own kernels from now on, in the whole process. TorchSharp has no call for this switch, so libtorch's own is used, by its C++ name.</summary>
    /// <returns>False: this build of libtorch has no such switch, and uses oneDNN if it has that.</returns>
    public static bool TryDisable()
    {
        var (library, context, set) = OperatingSystem.IsWindows()
            ? ("torch_cpu.dll", "?globalContext@at@@YAAEAVContext@1@XZ", "?setUserEnabledMkldnn@Context@at@@QEAAX_N@Z")
            : (OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so", "_ZN2at13globalContextEv", "_ZN2at7Context20setUserEnabledMkldnnEb");
        if (!NativeLibrary.TryLoad(library, typeof(torch).Assembly, null, out var libtorch)
            || !NativeLibrary.TryGetExport(libtorch, context, out var globalContext)
            || !NativeLibrary.TryGetExport(libtorch, set, out var setUserEnabledMkldnn))
        {
            return false;
        }

        // A member function takes its object first, like any other argument, on all three platforms.
        var self = ((delegate* unmanaged<nint>)globalContext)();
        ((delegate* unmanaged<nint, byte, void>)setUserEnabledMkldnn)(self, 0);
        return true;
    }
}
