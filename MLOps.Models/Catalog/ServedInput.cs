using System.Runtime.InteropServices;

namespace MLOps.Models.Catalog;

/// <param name="ElementType">As of <see cref="TensorSpec"/>.</param>
/// <param name="Content">Little endian, row by row.</param>
public sealed record ServedInput(string Name, string ElementType, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Content)
{
    internal static ServedInput Of<T>(string name, T[] values, params long[] shape)
        where T : unmanaged =>
        new(name, typeof(T) == typeof(float) ? "float32" : "float64", shape, MemoryMarshal.AsBytes<T>(values).ToArray());
}
