using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Tabular;

/// <summary>One cell as one element of a tensor. A missing cell is NaN where the tensor has floating point, as in a data frame.</summary>
internal static class CellTensor
{
    /// <returns>Null: written; else what was expected of the cell, and nothing is written.</returns>
    public static string? Write(TableColumn column, int row, TensorDatatype datatype, IBufferWriter<byte> target)
    {
        Span<byte> element = stackalloc byte[sizeof(ulong)];
        switch (datatype)
        {
            case TensorDatatype.Bytes:
                return WriteText(column, row, target);
            case TensorDatatype.Bool:
                if (!TryBoolean(column, row, out var truth))
                {
                    return "true or false";
                }

                element[0] = truth ? (byte)1 : (byte)0;
                break;
            case TensorDatatype.UInt64:
                if (!TryUnsigned(column, row, out var unsigned))
                {
                    return "an unsigned 64-bit integer";
                }

                BinaryPrimitives.WriteUInt64LittleEndian(element, unsigned);
                break;
            case TensorDatatype.Fp16 or TensorDatatype.Bf16 or TensorDatatype.Fp32 or TensorDatatype.Fp64:
                if (!TryNumber(column, row, out var number) || !WriteNumber(number, datatype, element))
                {
                    return $"a number in {datatype.Name()}'s range";
                }

                break;
            default:
                var (minimum, maximum) = Range(datatype);
                if (!TryInteger(column, row, out var integer) || integer < minimum || integer > maximum)
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

    private static bool WriteNumber(double number, TensorDatatype datatype, Span<byte> element)
    {
        switch (datatype)
        {
            case TensorDatatype.Fp16:
                BinaryPrimitives.WriteHalfLittleEndian(element, (Half)number);
                return !Half.IsInfinity((Half)number);
            case TensorDatatype.Bf16:
                BinaryPrimitives.WriteUInt16LittleEndian(element, Codecs.Brain16.FromSingle((float)number));
                return !float.IsInfinity(Codecs.Brain16.ToSingle(BinaryPrimitives.ReadUInt16LittleEndian(element)));
            case TensorDatatype.Fp32:
                BinaryPrimitives.WriteSingleLittleEndian(element, (float)number);
                return !float.IsInfinity((float)number);
            default:
                BinaryPrimitives.WriteDoubleLittleEndian(element, number);
                return !double.IsInfinity(number);
        }
    }

    private static bool TryNumber(TableColumn column, int row, out double number)
    {
        number = double.NaN;
        if (column.IsMissing(row))
        {
            return true;
        }

        switch (column)
        {
            case TableColumn<string> text:
                return double.TryParse(text[row], NumberStyles.Float, CultureInfo.InvariantCulture, out number);
            case TableColumn<double> values:
                number = values[row];
                return true;
            case TableColumn<float> values:
                number = values[row];
                return true;
            case TableColumn<long> values:
                number = values[row];
                return true;
            default:
                return false;
        }
    }

    private static bool TryInteger(TableColumn column, int row, out long integer)
    {
        integer = 0;
        switch (column)
        {
            case { } when column.IsMissing(row):
                return false;
            case TableColumn<string> text:
                return long.TryParse(text[row], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out integer);
            case TableColumn<long> values:
                integer = values[row];
                return true;
            case TableColumn<double> values:
                return TryWhole(values[row], out integer);
            case TableColumn<float> values:
                return TryWhole(values[row], out integer);
            default:
                return false;
        }
    }

    /// <summary>Data frames keep integers with a gap as floating point.</summary>
    private static bool TryWhole(double value, out long integer)
    {
        const double Limit = 1L << 53;
        integer = Math.Abs(value) <= Limit ? (long)value : 0;
        return Math.Abs(value) <= Limit && integer == value;
    }

    private static bool TryUnsigned(TableColumn column, int row, out ulong unsigned)
    {
        unsigned = 0;
        if (column is TableColumn<string> text && !column.IsMissing(row))
        {
            return ulong.TryParse(text[row], NumberStyles.None, CultureInfo.InvariantCulture, out unsigned);
        }

        var isInteger = TryInteger(column, row, out var integer);
        unsigned = unchecked((ulong)integer);
        return isInteger && integer >= 0;
    }

    private static bool TryBoolean(TableColumn column, int row, out bool truth)
    {
        truth = false;
        switch (column)
        {
            case { } when column.IsMissing(row):
                return false;
            case TableColumn<bool> values:
                truth = values[row];
                return true;
            case TableColumn<string> text:
                return bool.TryParse(text[row], out truth);
            default:
                return false;
        }
    }

    private static string? WriteText(TableColumn column, int row, IBufferWriter<byte> target)
    {
        if (column is not TableColumn<string> text || column.IsMissing(row))
        {
            return "text";
        }

        var bytes = Encoding.UTF8.GetBytes(text[row]);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        target.Write(length);
        target.Write(bytes);
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
