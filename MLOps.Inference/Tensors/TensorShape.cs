namespace MLOps.Inference.Tensors;

/// <summary>Arithmetic of shapes that a caller chose, so every product is checked.</summary>
public static class TensorShape
{
    /// <summary>ONNX Runtime has no use for more, and a bound keeps recursion over dimensions shallow.</summary>
    public const int MaxRank = 32;

    /// <summary>The number of elements; 1 for a scalar, 0 when a dimension is 0.</summary>
    /// <exception cref="InferenceException">InvalidRequest: a negative dimension, too many dimensions, or a product over 2^63-1.</exception>
    public static long Count(ReadOnlySpan<long> shape, string tensor)
    {
        if (shape.Length > MaxRank)
        {
            throw InferenceException.Invalid($"Tensor '{Quoted.Short(tensor)}' has {shape.Length} dimensions: at most {MaxRank} are supported.");
        }

        // The product of the non-zero dimensions is checked too: [2^62, 2^62, 0] is nonsense, not an empty tensor.
        long count = 1;
        var zero = false;
        foreach (var dimension in shape)
        {
            if (dimension < 0)
            {
                throw InferenceException.Invalid($"Tensor '{Quoted.Short(tensor)}' has shape {Format(shape)}: dimensions of a request must not be negative.");
            }

            if (dimension == 0)
            {
                zero = true;
                continue;
            }

            if (count > long.MaxValue / dimension)
            {
                throw InferenceException.Invalid($"Tensor '{Quoted.Short(tensor)}' has shape {Format(shape)}: the number of elements overflows 64 bits.");
            }

            count *= dimension;
        }

        return zero ? 0 : count;
    }

    public static string Format(ReadOnlySpan<long> shape) => $"[{string.Join(',', shape.ToArray())}]";
}
