using static TorchSharp.torch;

namespace MLOps.Models.Neural;

/// <summary>Arrays as tensors in libtorch's own memory, which begins at a multiple of 64 bytes. A tensor that TorchSharp makes of an array borrows the array, wherever the garbage collector put it,
/// and the matrix kernels sum in another order at another alignment: the same fit differed in its ninth digit from one run to the next.</summary>
internal static class AlignedTensor
{
    /// <summary>Row-major float32.</summary>
    public static Tensor Of(float[] values, params long[] shape)
    {
        using var borrowed = tensor(values, shape);
        return borrowed.clone();
    }
}
