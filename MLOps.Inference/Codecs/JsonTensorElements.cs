using System.Buffers.Binary;
using System.Text.Json;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Codecs;

/// <summary>Writes a tensor's elements one after the other as JSON values. NaN and infinities are written bare, as Python's json does and reads:
/// null would be a different answer, and a string a different type.</summary>
public ref struct JsonTensorElements
{
    private readonly TensorDatatype _datatype;
    private readonly string _name;
    private ReadOnlySpan<byte> _rest;

    public JsonTensorElements(Tensor tensor)
    {
        _datatype = tensor.Datatype;
        _name = tensor.Name;
        _rest = tensor.Data.Span;
    }

    /// <returns>False at the end.</returns>
    /// <exception cref="InferenceException">InvalidRequest: a BYTES element that is not UTF-8.</exception>
    public bool TryWriteNext(Utf8JsonWriter json)
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        switch (_datatype)
        {
            case TensorDatatype.Fp32:
                Write(json, BinaryPrimitives.ReadSingleLittleEndian(_rest));
                break;
            case TensorDatatype.Fp64:
                Write(json, BinaryPrimitives.ReadDoubleLittleEndian(_rest));
                break;
            case TensorDatatype.Fp16:
                Write(json, (float)BinaryPrimitives.ReadHalfLittleEndian(_rest));
                break;
            case TensorDatatype.Bf16:
                Write(json, Brain16.ToSingle(BinaryPrimitives.ReadUInt16LittleEndian(_rest)));
                break;
            case TensorDatatype.Int64:
                json.WriteNumberValue(BinaryPrimitives.ReadInt64LittleEndian(_rest));
                break;
            case TensorDatatype.Int32:
                json.WriteNumberValue(BinaryPrimitives.ReadInt32LittleEndian(_rest));
                break;
            case TensorDatatype.Int16:
                json.WriteNumberValue(BinaryPrimitives.ReadInt16LittleEndian(_rest));
                break;
            case TensorDatatype.Int8:
                json.WriteNumberValue((sbyte)_rest[0]);
                break;
            case TensorDatatype.UInt64:
                json.WriteNumberValue(BinaryPrimitives.ReadUInt64LittleEndian(_rest));
                break;
            case TensorDatatype.UInt32:
                json.WriteNumberValue(BinaryPrimitives.ReadUInt32LittleEndian(_rest));
                break;
            case TensorDatatype.UInt16:
                json.WriteNumberValue(BinaryPrimitives.ReadUInt16LittleEndian(_rest));
                break;
            case TensorDatatype.UInt8:
                json.WriteNumberValue(_rest[0]);
                break;
            case TensorDatatype.Bool:
                json.WriteBooleanValue(_rest[0] != 0);
                break;
            case TensorDatatype.Bytes:
                WriteText(json);
                return true;
            default:
                throw new InvalidOperationException($"Datatype {_datatype} has no JSON form.");
        }

        _rest = _rest[_datatype.Size()..];
        return true;
    }

    private static void Write(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            WriteNonFinite(json, value);
        }
    }

    private static void Write(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            WriteNonFinite(json, value);
        }
    }

    private static void WriteNonFinite(Utf8JsonWriter json, double value) =>
        json.WriteRawValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8, skipInputValidation: true);

    private void WriteText(Utf8JsonWriter json)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(_rest);
        var text = _rest.Slice(sizeof(int), length);
        if (!System.Text.Unicode.Utf8.IsValid(text))
        {
            throw InferenceException.Invalid($"Output '{_name}' holds bytes that are not UTF-8 text: ask for it with binary_data true.");
        }

        json.WriteStringValue(text);
        _rest = _rest[(sizeof(int) + length)..];
    }
}
