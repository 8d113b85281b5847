using System.Buffers.Binary;

namespace MLOps.Inference.Tensors;

/// <summary>Elements of a BYTES tensor: each a 4-byte little-endian length and its bytes.</summary>
public ref struct BytesElements
{
    private ReadOnlySpan<byte> _rest;

    public BytesElements(ReadOnlySpan<byte> data) => _rest = data;

    /// <summary>Takes the next element.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InferenceException">InvalidRequest: a length that runs over the end.</exception>
    public bool TryNext(out ReadOnlySpan<byte> element)
    {
        element = default;
        if (_rest.IsEmpty)
        {
            return false;
        }

        if (_rest.Length < sizeof(uint))
        {
            throw InferenceException.Invalid("A BYTES element is cut off: expected a 4-byte length.");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        _rest = _rest[sizeof(uint)..];
        if (length > _rest.Length)
        {
            throw InferenceException.Invalid($"A BYTES element says {length} bytes, but {_rest.Length} are left.");
        }

        element = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    internal static void Check(ReadOnlySpan<byte> data, long expected, string tensor)
    {
        long count = 0;
        var elements = new BytesElements(data);
        while (elements.TryNext(out _))
        {
            count++;
        }

        if (count != expected)
        {
            throw InferenceException.Invalid($"Tensor '{Quoted.Short(tensor)}' has {count} BYTES elements where its shape holds {expected}.");
        }
    }
}
