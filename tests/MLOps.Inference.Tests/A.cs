using System.Runtime.InteropServices;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Tests;

/// <summary>Builders for what a test is not about.</summary>
internal static class A
{
    public static Tensor Tensor(string name, long[] shape, params float[] values) =>
        new(name, TensorDatatype.Fp32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());

    public static float[] Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();
}
