using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using MLOps.Contracts.Endpoints;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Scoring;

/// <summary>Gathers values into a tensor of an input's datatype. A null is NaN for floating point, as in a data frame.</summary>
internal sealed class TensorBuilder(TensorSignature input)
{
    private readonly TensorDatatype _datatype = TensorDatatypes.Parse(input.Datatype);
    private readonly ArrayBufferWriter<byte> _data = new();

    /// <summary>Lengths of nested arrays, taken from the first element at each depth.</summary>
    public static long[] ShapeOf(Cell value)
    {
        var shape = new List<long>();
        for (var json = value.Json; json.ValueKind == JsonValueKind.Array; json = json[0])
        {
            shape.Add(json.GetArrayLength());
            if (shape[^1] == 0)
            {
                break;
            }
        }

        return [.. shape];
    }

    /// <summary>A caller's name as a message may show it.</summary>
    public static string Shown(string name) => new([.. name.Where(c => !char.IsControl(c)).Take(80)]);

    /// <param name="value">A value, or lists of values as deep as the shape.</param>
    /// <param name="shape">What the first value's lists were like.</param>
    /// <param name="column">Whose value it is, for messages; null: the input's own.</param>
    /// <exception cref="InferenceException">InvalidRequest: a row of another length, or a value of another type.</exception>
    public void AppendNested(Cell value, ReadOnlySpan<long> shape, string? column = null)
    {
        if (shape.IsEmpty)
        {
            Append(value, column);
            return;
        }

        if (value.Json.ValueKind != JsonValueKind.Array || value.Json.GetArrayLength() != shape[0])
        {
            throw Invalid(column, $"has rows of different lengths: {value} is given where a list of {shape[0]} values is expected");
        }

        foreach (var element in value.Json.EnumerateArray())
        {
            AppendNested(Cell.Of(element), shape[1..], column);
        }
    }

    /// <exception cref="InferenceException">InvalidRequest: a value of another type. TooLarge: over the limit.</exception>
    public void Append(Cell value, string? column = null)
    {
        Span<byte> element = stackalloc byte[sizeof(ulong)];
        switch (_datatype)
        {
            case TensorDatatype.Fp32:
                var single = (float)Number(value, column);
                BinaryPrimitives.WriteSingleLittleEndian(element, float.IsInfinity(single) && !double.IsInfinity(value.Number) ? throw Unfit(value, column) : single);
                break;
            case TensorDatatype.Fp64:
                BinaryPrimitives.WriteDoubleLittleEndian(element, Number(value, column));
                break;
            case TensorDatatype.Fp16:
                var half = (Half)Number(value, column);
                BinaryPrimitives.WriteHalfLittleEndian(element, Half.IsInfinity(half) && !double.IsInfinity(value.Number) ? throw Unfit(value, column) : half);
                break;
            case TensorDatatype.Int64:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, column, long.MinValue, long.MaxValue));
                break;
            case TensorDatatype.Int32:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, column, int.MinValue, int.MaxValue));
                break;
            case TensorDatatype.Int16:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, column, short.MinValue, short.MaxValue));
                break;
            case TensorDatatype.Int8:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, column, sbyte.MinValue, sbyte.MaxValue));
                break;
            case TensorDatatype.UInt8:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, column, 0, byte.MaxValue));
                break;
            case TensorDatatype.UInt16:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, column, 0, ushort.MaxValue));
                break;
            case TensorDatatype.UInt32:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, column, 0, uint.MaxValue));
                break;
            case TensorDatatype.UInt64:
                BinaryPrimitives.WriteUInt64LittleEndian(element, value.Kind == CellKind.Unsigned || value is { Kind: CellKind.Integer, Integer: >= 0 } ? value.Unsigned : throw Unfit(value, column));
                break;
            case TensorDatatype.Bool:
                element[0] = value.Kind == CellKind.Boolean ? (byte)(value.Boolean ? 1 : 0) : throw Unfit(value, column);
                break;
            case TensorDatatype.Bytes:
                AppendText(value, column);
                return;
            default:
                throw Invalid(column, $"has datatype {input.Datatype}, which has no scoring form: use the Open Inference Protocol's binary form");
        }

        // Little-endian: the low bytes of a wider integer are the narrower one.
        Write(element[.._datatype.Size()]);
    }

    public Tensor Build(long[] shape) => new(input.Name, _datatype, shape, _data.WrittenMemory);

    private void AppendText(Cell value, string? column)
    {
        var text = Encoding.UTF8.GetBytes(value.Text ?? throw Unfit(value, column));
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        Write(length);
        Write(text);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > OipLimits.MaxBytes - _data.WrittenCount)
        {
            throw new InferenceException(InferenceError.TooLarge, $"Input '{input.Name}' expands past {OipLimits.MaxBytes} bytes.");
        }

        _data.Write(bytes);
    }

    private double Number(Cell value, string? column) => value.IsNumber || value.Kind == CellKind.Null ? value.Number : throw Unfit(value, column);

    private long Integer(Cell value, string? column, long minimum, long maximum) =>
        value.Kind == CellKind.Integer && value.Integer >= minimum && value.Integer <= maximum ? value.Integer : throw Unfit(value, column);

    private InferenceException Unfit(Cell value, string? column) => Invalid(column, $"has {value}: the model expects {input.Datatype}");

    private InferenceException Invalid(string? column, string why) => new(
        InferenceError.InvalidRequest,
        column is null || column == input.Name ? $"Input '{input.Name}' {why}." : $"Column '{Shown(column)}' {why} (input '{input.Name}').");
}
