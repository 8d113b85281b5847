using System.Buffers.Binary;

namespace MLOps.Inference.Tensors;

/// <summary>Single elements of a tensor as numbers.</summary>
public static class TensorNumbers
{
    /// <summary>Writes one number into every element.</summary>
    /// <exception cref="ArgumentException">The elements are no numbers.</exception>
    internal static void Fill(Span<byte> data, TensorDatatype datatype, double value)
    {
        Span<byte> element = stackalloc byte[sizeof(ulong)];
        switch (datatype)
        {
            case TensorDatatype.Fp64:
                BinaryPrimitives.WriteDoubleLittleEndian(element, value);
                break;
            case TensorDatatype.Fp32:
                BinaryPrimitives.WriteSingleLittleEndian(element, (float)value);
                break;
            case TensorDatatype.Fp16:
                BinaryPrimitives.WriteHalfLittleEndian(element, (Half)value);
                break;
            case TensorDatatype.Bf16:
                BinaryPrimitives.WriteUInt16LittleEndian(element, Codecs.Brain16.FromSingle((float)value));
                break;
            case TensorDatatype.UInt64:
                BinaryPrimitives.WriteUInt64LittleEndian(element, (ulong)value);
                break;
            case TensorDatatype.Bytes:
                throw new ArgumentException("BYTES elements are no numbers.", nameof(datatype));
            default:
                // The lower bytes of the two's complement are the number in every narrower integer.
                BinaryPrimitives.WriteInt64LittleEndian(element, (long)value);
                break;
        }

        var size = datatype.Size();
        for (var at = 0; at < data.Length; at += size)
        {
            element[..size].CopyTo(data[at..]);
        }
    }

    /// <summary>The first element of integers or booleans as 64 bits, negative ones sign-extended: what a protobuf varint holds.</summary>
    internal static ulong ReadInteger(TensorDatatype datatype, ReadOnlySpan<byte> data) => datatype switch
    {
        TensorDatatype.Bool or TensorDatatype.UInt8 => data[0],
        TensorDatatype.Int8 => (ulong)(sbyte)data[0],
        TensorDatatype.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(data),
        TensorDatatype.Int16 => (ulong)BinaryPrimitives.ReadInt16LittleEndian(data),
        TensorDatatype.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(data),
        TensorDatatype.Int32 => (ulong)BinaryPrimitives.ReadInt32LittleEndian(data),
        TensorDatatype.UInt64 or TensorDatatype.Int64 => BinaryPrimitives.ReadUInt64LittleEndian(data),
        _ => throw new ArgumentOutOfRangeException(nameof(datatype), datatype, null),
    };

    /// <returns>False: the index is outside, or the elements are no numbers.</returns>
    public static bool TryRead(Tensor tensor, long index, out double value)
    {
        value = 0;
        if (index < 0 || index >= tensor.Count || tensor.Datatype == TensorDatatype.Bytes)
        {
            return false;
        }

        var size = tensor.Datatype.Size();
        var element = tensor.Data.Span.Slice(checked((int)(index * size)), size);
        value = tensor.Datatype switch
        {
            TensorDatatype.Fp32 => BinaryPrimitives.ReadSingleLittleEndian(element),
            TensorDatatype.Fp64 => BinaryPrimitives.ReadDoubleLittleEndian(element),
            TensorDatatype.Fp16 => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
            TensorDatatype.Bf16 => Codecs.Brain16.ToSingle(BinaryPrimitives.ReadUInt16LittleEndian(element)),
            TensorDatatype.Int64 => BinaryPrimitives.ReadInt64LittleEndian(element),
            TensorDatatype.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
            TensorDatatype.Int16 => BinaryPrimitives.ReadInt16LittleEndian(element),
            TensorDatatype.Int8 => (sbyte)element[0],
            TensorDatatype.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(element),
            TensorDatatype.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(element),
            TensorDatatype.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
            _ => element[0],
        };
        return true;
    }
}
