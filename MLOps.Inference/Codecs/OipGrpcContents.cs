using System.Buffers.Binary;
using MLOps.Inference.Onnx;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Codecs;

/// <summary>Typed contents of one tensor, InferTensorContents: the field that belongs to the datatype, packed or not.</summary>
internal readonly struct OipGrpcContents
{
    // FP32 and FP64 lie in a packed field as they lie in a tensor.
    private const int Fp32Field = 6;
    private const int Fp64Field = 7;

    private static readonly string[] Names =
        ["", "bool_contents", "int_contents", "int64_contents", "uint_contents", "uint64_contents", "fp32_contents", "fp64_contents", "bytes_contents"];

    private readonly string _tensor;
    private readonly TensorDatatype _datatype;
    private readonly int _field;

    /// <exception cref="InferenceException">InvalidRequest: the datatype has no typed form.</exception>
    public OipGrpcContents(string tensor, TensorDatatype datatype)
    {
        _tensor = tensor;
        _datatype = datatype;
        _field = FieldOf(datatype);
        if (_field == 0)
        {
            throw InferenceException.Invalid($"Input '{Quoted.Short(tensor)}' of datatype {datatype.Name()} has no typed contents in this protocol: send it in raw_input_contents.");
        }
    }

    /// <returns>0: none, raw only.</returns>
    public static int FieldOf(TensorDatatype datatype) => datatype switch
    {
        TensorDatatype.Bool => 1,
        TensorDatatype.Int8 or TensorDatatype.Int16 or TensorDatatype.Int32 => 2,
        TensorDatatype.Int64 => 3,
        TensorDatatype.UInt8 or TensorDatatype.UInt16 or TensorDatatype.UInt32 => 4,
        TensorDatatype.UInt64 => 5,
        TensorDatatype.Fp32 => Fp32Field,
        TensorDatatype.Fp64 => Fp64Field,
        TensorDatatype.Bytes => 8,
        _ => 0,
    };

    /// <returns>The data where it lies, when it is one packed field of floating point and nothing else; null: it has to be read.</returns>
    public ReadOnlyMemory<byte>? TryInPlace(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        if (_field is not (Fp32Field or Fp64Field) || parts is not [var only])
        {
            return null;
        }

        var fields = new ProtobufFields(only.Span, InferenceError.InvalidRequest);
        if (!fields.TryNext() || fields.Number != _field || !fields.IsBytes)
        {
            return null;
        }

        var data = only.Slice(fields.Start, fields.Bytes.Length);
        return fields.AtEnd ? data : null;
    }

    public void Read(ReadOnlySpan<byte> contents, ref PooledWriter writer)
    {
        var fields = new ProtobufFields(contents, InferenceError.InvalidRequest);
        while (fields.TryNext())
        {
            if (fields.Number != _field)
            {
                if (fields.Number < Names.Length && !(fields.IsBytes && fields.Bytes.IsEmpty))
                {
                    throw InferenceException.Invalid($"Input '{Quoted.Short(_tensor)}' of datatype {_datatype.Name()} has {Names[fields.Number]}: expected {Names[_field]}.");
                }
            }
            else if (_datatype == TensorDatatype.Bytes)
            {
                WriteText(fields, ref writer);
            }
            else if (fields.IsBytes)
            {
                Packed(fields.Bytes, ref writer);
            }
            else if (fields.IsFixed && fields.Bytes.Length == _datatype.Size())
            {
                fields.Bytes.CopyTo(writer.Take(fields.Bytes.Length));
            }
            else if (fields.IsVarint && _field < Fp32Field)
            {
                Write(fields.Value, ref writer);
            }
            else
            {
                throw Malformed();
            }
        }
    }

    private void Packed(ReadOnlySpan<byte> packed, ref PooledWriter writer)
    {
        if (_field is Fp32Field or Fp64Field)
        {
            packed.CopyTo(writer.Take(packed.Length));
            return;
        }

        var values = new ProtobufFields(packed, InferenceError.InvalidRequest);
        while (!values.AtEnd)
        {
            Write(values.ReadVarint(), ref writer);
        }
    }

    private void Write(ulong value, ref PooledWriter writer)
    {
        switch (_datatype)
        {
            case TensorDatatype.Bool:
                writer.Take(1)[0] = value == 0 ? (byte)0 : (byte)1;
                break;
            case TensorDatatype.Int8:
                writer.Take(1)[0] = (byte)Signed(value, sbyte.MinValue, sbyte.MaxValue);
                break;
            case TensorDatatype.Int16:
                BinaryPrimitives.WriteInt16LittleEndian(writer.Take(sizeof(short)), (short)Signed(value, short.MinValue, short.MaxValue));
                break;
            case TensorDatatype.Int32:
                BinaryPrimitives.WriteInt32LittleEndian(writer.Take(sizeof(int)), (int)Signed(value, int.MinValue, int.MaxValue));
                break;
            case TensorDatatype.UInt8:
                writer.Take(1)[0] = (byte)Unsigned(value, byte.MaxValue);
                break;
            case TensorDatatype.UInt16:
                BinaryPrimitives.WriteUInt16LittleEndian(writer.Take(sizeof(ushort)), (ushort)Unsigned(value, ushort.MaxValue));
                break;
            case TensorDatatype.UInt32:
                BinaryPrimitives.WriteUInt32LittleEndian(writer.Take(sizeof(uint)), (uint)Unsigned(value, uint.MaxValue));
                break;
            default:
                // INT64 and UINT64: eight bytes either way.
                BinaryPrimitives.WriteUInt64LittleEndian(writer.Take(sizeof(ulong)), value);
                break;
        }
    }

    private void WriteText(ProtobufFields field, ref PooledWriter writer)
    {
        if (!field.IsBytes)
        {
            throw Malformed();
        }

        BinaryPrimitives.WriteInt32LittleEndian(writer.Take(sizeof(int)), field.Bytes.Length);
        field.Bytes.CopyTo(writer.Take(field.Bytes.Length));
    }

    private long Signed(ulong value, long minimum, long maximum)
    {
        var signed = (long)value;
        return signed >= minimum && signed <= maximum
            ? signed
            : throw InferenceException.Invalid($"Input '{Quoted.Short(_tensor)}' holds {signed}, which is outside {_datatype.Name()}: expected {minimum} to {maximum}.");
    }

    private ulong Unsigned(ulong value, ulong maximum) => value <= maximum
        ? value
        : throw InferenceException.Invalid($"Input '{Quoted.Short(_tensor)}' holds {value}, which is outside {_datatype.Name()}: expected 0 to {maximum}.");

    private InferenceException Malformed() => InferenceException.Invalid($"Input '{Quoted.Short(_tensor)}' has {Names[_field]} of another wire type than the protocol's.");
}
