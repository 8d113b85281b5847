using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using MLOps.Contracts.Endpoints;
using MLOps.Inference;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Endpoints;

/// <summary>Gathers JSON values into a tensor of an input's datatype. A null is NaN for floating point, as in a data frame.</summary>
internal sealed class JsonTensorBuilder(TensorSignature input)
{
    private readonly TensorDatatype _datatype = TensorDatatypes.Parse(input.Datatype);
    private readonly ArrayBufferWriter<byte> _data = new();

    /// <summary>Lengths of nested arrays, taken from the first element at each depth.</summary>
    public static long[] ShapeOf(JsonElement value)
    {
        var shape = new List<long>();
        while (value.ValueKind == JsonValueKind.Array)
        {
            shape.Add(value.GetArrayLength());
            if (shape[^1] == 0)
            {
                break;
            }

            value = value[0];
        }

        return [.. shape];
    }

    /// <exception cref="InferenceException">InvalidRequest: a row of another length, or a value of another type.</exception>
    public void AppendNested(JsonElement value, ReadOnlySpan<long> shape)
    {
        if (shape.IsEmpty)
        {
            Append(value);
            return;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != shape[0])
        {
            throw Invalid($"has rows of different lengths: expected {shape[0]} values");
        }

        foreach (var element in value.EnumerateArray())
        {
            AppendNested(element, shape[1..]);
        }
    }

    /// <exception cref="InferenceException">InvalidRequest: a value of another type.</exception>
    public void Append(JsonElement value)
    {
        Span<byte> element = stackalloc byte[sizeof(ulong)];
        switch (_datatype)
        {
            case TensorDatatype.Fp32:
                var single = (float)Number(value);
                BinaryPrimitives.WriteSingleLittleEndian(element, float.IsInfinity(single) ? throw Invalid("has a number out of FP32's range") : single);
                break;
            case TensorDatatype.Fp64:
                BinaryPrimitives.WriteDoubleLittleEndian(element, Number(value));
                break;
            case TensorDatatype.Fp16:
                BinaryPrimitives.WriteHalfLittleEndian(element, (Half)Number(value));
                break;
            case TensorDatatype.Int64:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, long.MinValue, long.MaxValue));
                break;
            case TensorDatatype.Int32:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, int.MinValue, int.MaxValue));
                break;
            case TensorDatatype.Int16:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, short.MinValue, short.MaxValue));
                break;
            case TensorDatatype.Int8:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, sbyte.MinValue, sbyte.MaxValue));
                break;
            case TensorDatatype.UInt8:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, 0, byte.MaxValue));
                break;
            case TensorDatatype.UInt16:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, 0, ushort.MaxValue));
                break;
            case TensorDatatype.UInt32:
                BinaryPrimitives.WriteInt64LittleEndian(element, Integer(value, 0, uint.MaxValue));
                break;
            case TensorDatatype.UInt64:
                BinaryPrimitives.WriteUInt64LittleEndian(element, value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var unsigned) ? unsigned : throw Invalid("has a value that is no unsigned 64-bit integer"));
                break;
            case TensorDatatype.Bool:
                element[0] = value.ValueKind switch
                {
                    JsonValueKind.True => 1,
                    JsonValueKind.False => 0,
                    _ => throw Invalid("has a value that is not true or false"),
                };
                break;
            case TensorDatatype.Bytes:
                AppendText(value);
                return;
            default:
                throw Invalid($"has datatype {input.Datatype}, which has no JSON form: use the Open Inference Protocol's binary form");
        }

        // Little-endian: the low bytes of a wider integer are the narrower one.
        _data.Write(element[.._datatype.Size()]);
    }

    public Tensor Build(long[] shape) => new(input.Name, _datatype, shape, _data.WrittenMemory);

    private void AppendText(JsonElement value)
    {
        var text = Encoding.UTF8.GetBytes(value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Invalid("has a value that is no string"));
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        _data.Write(length);
        _data.Write(text);
    }

    private double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => number,
        _ => throw Invalid("has a value that is no number"),
    };

    private long Integer(JsonElement value, long minimum, long maximum) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var integer) && integer >= minimum && integer <= maximum
            ? integer
            : throw Invalid($"has a value that is no integer from {minimum} to {maximum}");

    private InferenceException Invalid(string why) => new(InferenceError.InvalidRequest, $"Input '{input.Name}' {why}.");
}
