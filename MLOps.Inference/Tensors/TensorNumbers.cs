using System.Buffers.Binary;

namespace MLOps.Inference.Tensors;

/// <summary>Single elements of a tensor as numbers.</summary>
public static class TensorNumbers
{
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
