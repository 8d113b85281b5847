using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MLOps.Inference.Codecs;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Tabular;

/// <summary>One cell as one element of a tensor, by the same rules for a file's rows and a request's. A missing cell is NaN where the tensor has floating point,
/// as in a data frame. Whole numbers pass for floating point, and floating point without a fraction for whole numbers: data frames keep integers with a gap so.</summary>
public static class CellTensor
{
    /// <returns>Null: written; else what was expected of the cell, and nothing is written.</returns>
    public static string? Write(in Cell cell, TensorDatatype datatype, IBufferWriter<byte> target)
    {
        Span<byte> element = stackalloc byte[sizeof(ulong)];
        switch (datatype)
        {
            case TensorDatatype.Bytes:
                return WriteText(cell, target);
            case TensorDatatype.Bool:
                if (cell.Kind != CellKind.Boolean)
                {
                    return "true or false";
                }

                element[0] = cell.Boolean ? (byte)1 : (byte)0;
                break;
            case TensorDatatype.UInt64:
                if (!TryUnsigned(cell, out var unsigned))
                {
                    return "an unsigned 64-bit integer";
                }

                BinaryPrimitives.WriteUInt64LittleEndian(element, unsigned);
                break;
            case TensorDatatype.Fp16 or TensorDatatype.Bf16 or TensorDatatype.Fp32 or TensorDatatype.Fp64:
                if (!(cell.IsNumber || cell.Kind == CellKind.Null) || !WriteNumber(cell.Number, datatype, element))
                {
                    return $"a number in {datatype.Name()}'s range";
                }

                break;
            default:
                var (minimum, maximum) = Range(datatype);
                if (!TryInteger(cell, out var integer) || integer < minimum || integer > maximum)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"an integer from {minimum} to {maximum}");
                }

                // Little-endian: the low bytes of a wider integer are the narrower one.
                BinaryPrimitives.WriteInt64LittleEndian(element, integer);
                break;
        }

        target.Write(element[..datatype.Size()]);
        return null;
    }

    /// <returns>False: a finite number that would become infinite.</returns>
    private static bool WriteNumber(double number, TensorDatatype datatype, Span<byte> element)
    {
        double written;
        switch (datatype)
        {
            case TensorDatatype.Fp16:
                var half = (Half)number;
                BinaryPrimitives.WriteHalfLittleEndian(element, half);
                written = (double)half;
                break;
            case TensorDatatype.Bf16:
                var brain = Brain16.FromSingle((float)number);
                BinaryPrimitives.WriteUInt16LittleEndian(element, brain);
                written = Brain16.ToSingle(brain);
                break;
            case TensorDatatype.Fp32:
                var single = (float)number;
                BinaryPrimitives.WriteSingleLittleEndian(element, single);
                written = single;
                break;
            default:
                BinaryPrimitives.WriteDoubleLittleEndian(element, number);
                written = number;
                break;
        }

        return !double.IsInfinity(written) || double.IsInfinity(number);
    }

    private static bool TryInteger(in Cell cell, out long integer)
    {
        const double Exact = 1L << 53;
        integer = cell.Integer;
        if (cell.Kind != CellKind.Number)
        {
            return cell.Kind == CellKind.Integer;
        }

        integer = Math.Abs(cell.Number) <= Exact ? (long)cell.Number : 0;
        return Math.Abs(cell.Number) <= Exact && integer == cell.Number;
    }

    private static bool TryUnsigned(in Cell cell, out ulong unsigned)
    {
        if (cell.Kind == CellKind.Unsigned)
        {
            unsigned = cell.Unsigned;
            return true;
        }

        var isInteger = TryInteger(cell, out var integer);
        unsigned = unchecked((ulong)integer);
        return isInteger && integer >= 0;
    }

    private static string? WriteText(in Cell cell, IBufferWriter<byte> target)
    {
        if (cell.Text is not { } text)
        {
            return "text";
        }

        var length = Encoding.UTF8.GetByteCount(text);
        var span = target.GetSpan(sizeof(int) + length);
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        Encoding.UTF8.GetBytes(text, span[sizeof(int)..]);
        target.Advance(sizeof(int) + length);
        return null;
    }

    private static (long Minimum, long Maximum) Range(TensorDatatype datatype) => datatype switch
    {
        TensorDatatype.Int64 => (long.MinValue, long.MaxValue),
        TensorDatatype.Int32 => (int.MinValue, int.MaxValue),
        TensorDatatype.Int16 => (short.MinValue, short.MaxValue),
        TensorDatatype.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        TensorDatatype.UInt32 => (0, uint.MaxValue),
        TensorDatatype.UInt16 => (0, ushort.MaxValue),
        _ => (0, byte.MaxValue),
    };
}
