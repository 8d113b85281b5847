using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Codecs;

/// <summary>Scans a JSON array of elements, nested or flat, straight into little-endian bytes. Hand-written because it is most of a JSON
/// request's cost, and because Python clients send bare <c>NaN</c> and <c>Infinity</c>, which no JSON reader takes.</summary>
internal ref struct JsonTensorScanner(ReadOnlySpan<byte> json, int position)
{
    private readonly ReadOnlySpan<byte> _json = json;

    /// <summary>Index of the first byte not consumed.</summary>
    public int Position { get; private set; } = position;

    /// <summary>Elements seen.</summary>
    public long Count { get; private set; }

    /// <summary>Reads the array at the current position.</summary>
    /// <exception cref="InferenceException">InvalidRequest: not an array of the datatype's elements, nested too deep. TooLarge: over the writer's limit.</exception>
    public void ReadArray(TensorDatatype datatype, string tensor, ref PooledWriter writer)
    {
        SkipSpace();
        if (Peek() != '[')
        {
            throw Malformed(tensor, "an array was expected");
        }

        var depth = 0;
        var expectValue = true;
        var afterComma = false;
        do
        {
            SkipSpace();
            var next = Peek();
            if (expectValue && next == '[')
            {
                if (++depth > TensorShape.MaxRank)
                {
                    throw Malformed(tensor, $"arrays are nested over {TensorShape.MaxRank} deep");
                }

                Position++;
                afterComma = false;
            }
            else if (next == ']' && !afterComma)
            {
                Position++;
                depth--;
                expectValue = false;
            }
            else if (!expectValue && next == ',')
            {
                Position++;
                expectValue = true;
                afterComma = true;
            }
            else if (expectValue)
            {
                if (datatype is not (TensorDatatype.Fp32 or TensorDatatype.Fp64) || !TryTakeDecimals(datatype, ref writer))
                {
                    ReadElement(datatype, tensor, ref writer);
                    Count++;
                }

                expectValue = false;
                afterComma = false;
            }
            else
            {
                throw Malformed(tensor, "',' or ']' was expected");
            }
        }
        while (depth > 0);
    }

    /// <summary>Steps over the array at the current position, bare NaN included, when its datatype is not known yet.</summary>
    public void SkipArray(string tensor)
    {
        SkipSpace();
        var depth = 0;
        do
        {
            switch (Peek())
            {
                case (byte)'[':
                    if (++depth > TensorShape.MaxRank)
                    {
                        throw Malformed(tensor, $"arrays are nested over {TensorShape.MaxRank} deep");
                    }

                    Position++;
                    break;
                case (byte)']':
                    depth--;
                    Position++;
                    break;
                case (byte)'"':
                    StringToken(tensor);
                    break;
                case (byte)'{' or (byte)'}' or 0:
                    throw Malformed(tensor, "an array was expected");
                default:
                    if (depth == 0)
                    {
                        throw Malformed(tensor, "an array was expected");
                    }

                    Position++;
                    break;
            }
        }
        while (depth > 0);
    }

    /// <summary>Takes the plain decimals from the current position on, for as long as one stands after the other; leaves the first that needs more care.</summary>
    /// <returns>False when it took none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // One call is thousands of turns of the loop: the first request should not wait for the runtime to notice.
    private bool TryTakeDecimals(TensorDatatype datatype, ref PooledWriter writer)
    {
        var size = datatype.Size();
        var room = writer.Room(size);
        var used = 0;
        var taken = 0;
        var next = Position;
        while (PlainDecimal.TryRead(_json, next, datatype == TensorDatatype.Fp32, out var value, out var end))
        {
            if (room.Length - used < size)
            {
                writer.Advance(used);
                room = writer.Room(size);
                used = 0;
            }

            if (datatype == TensorDatatype.Fp32)
            {
                BinaryPrimitives.WriteSingleLittleEndian(room[used..], (float)value);
            }
            else
            {
                BinaryPrimitives.WriteDoubleLittleEndian(room[used..], value);
            }

            used += size;
            taken++;
            Position = end;
            if (_json[end] == ']')
            {
                break;
            }

            next = end + 1 < _json.Length && _json[end + 1] == ' ' ? end + 2 : end + 1;
        }

        writer.Advance(used);
        Count += taken;
        return taken > 0;
    }

    private void ReadElement(TensorDatatype datatype, string tensor, ref PooledWriter writer)
    {
        switch (datatype)
        {
            case TensorDatatype.Fp32:
                BinaryPrimitives.WriteSingleLittleEndian(writer.Take(sizeof(float)), ReadSingle(tensor));
                break;
            case TensorDatatype.Fp64:
                BinaryPrimitives.WriteDoubleLittleEndian(writer.Take(sizeof(double)), ReadDouble(tensor));
                break;
            case TensorDatatype.Int64:
                BinaryPrimitives.WriteInt64LittleEndian(writer.Take(sizeof(long)), ReadInteger(tensor, long.MinValue, long.MaxValue));
                break;
            case TensorDatatype.Int32:
                BinaryPrimitives.WriteInt32LittleEndian(writer.Take(sizeof(int)), (int)ReadInteger(tensor, int.MinValue, int.MaxValue));
                break;
            case TensorDatatype.Int16:
                BinaryPrimitives.WriteInt16LittleEndian(writer.Take(sizeof(short)), (short)ReadInteger(tensor, short.MinValue, short.MaxValue));
                break;
            case TensorDatatype.Int8:
                writer.Take(1)[0] = (byte)(sbyte)ReadInteger(tensor, sbyte.MinValue, sbyte.MaxValue);
                break;
            case TensorDatatype.UInt8:
                writer.Take(1)[0] = (byte)ReadInteger(tensor, byte.MinValue, byte.MaxValue);
                break;
            case TensorDatatype.UInt16:
                BinaryPrimitives.WriteUInt16LittleEndian(writer.Take(sizeof(ushort)), (ushort)ReadInteger(tensor, ushort.MinValue, ushort.MaxValue));
                break;
            case TensorDatatype.UInt32:
                BinaryPrimitives.WriteUInt32LittleEndian(writer.Take(sizeof(uint)), (uint)ReadInteger(tensor, uint.MinValue, uint.MaxValue));
                break;
            case TensorDatatype.UInt64:
                BinaryPrimitives.WriteUInt64LittleEndian(writer.Take(sizeof(ulong)), ReadUnsigned(tensor));
                break;
            case TensorDatatype.Bool:
                writer.Take(1)[0] = ReadBoolean(tensor);
                break;
            case TensorDatatype.Fp16:
                BinaryPrimitives.WriteHalfLittleEndian(writer.Take(2), Narrowed((Half)ReadDouble(tensor), tensor));
                break;
            case TensorDatatype.Bf16:
                BinaryPrimitives.WriteUInt16LittleEndian(writer.Take(sizeof(ushort)), Brain16.FromSingle(ReadSingle(tensor)));
                break;
            case TensorDatatype.Bytes:
                ReadString(tensor, ref writer);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(datatype), datatype, null);
        }
    }

    private Half Narrowed(Half value, string tensor) =>
        Half.IsInfinity(value) && _json[Position - 1] != 'y' ? throw Malformed(tensor, "a number is out of FP16's range") : value;

    private float ReadSingle(string tensor)
    {
        var value = ReadDouble(tensor);
        var single = (float)value;
        return float.IsInfinity(single) && !double.IsInfinity(value) ? throw Malformed(tensor, "a number is out of FP32's range") : single;
    }

    private double ReadDouble(string tensor)
    {
        if (TryLiteral("NaN"u8))
        {
            return double.NaN;
        }

        if (TryLiteral("Infinity"u8))
        {
            return double.PositiveInfinity;
        }

        if (TryLiteral("-Infinity"u8))
        {
            return double.NegativeInfinity;
        }

        var token = NumberToken(tensor, out var mantissa, out var exponent);
        if (mantissa is >= 0 and < (long)PlainDecimal.MaxExactMantissa && exponent is >= -PlainDecimal.MaxExactPower and <= PlainDecimal.MaxExactPower)
        {
            var magnitude = exponent < 0 ? mantissa / PlainDecimal.PowersOfTen[-exponent] : mantissa * PlainDecimal.PowersOfTen[exponent];
            return token[0] == '-' ? -magnitude : magnitude;
        }

        return Utf8Parser.TryParse(token, out double value, out var used) && used == token.Length && double.IsFinite(value)
            ? value
            : throw Malformed(tensor, "a number is out of range");
    }

    private long ReadInteger(string tensor, long minimum, long maximum)
    {
        var token = NumberToken(tensor, out _, out _);
        return Utf8Parser.TryParse(token, out long value, out var used) && used == token.Length && value >= minimum && value <= maximum
            ? value
            : throw Malformed(tensor, $"an integer from {minimum} to {maximum} was expected");
    }

    private ulong ReadUnsigned(string tensor)
    {
        var token = NumberToken(tensor, out _, out _);
        return Utf8Parser.TryParse(token, out ulong value, out var used) && used == token.Length
            ? value
            : throw Malformed(tensor, $"an integer from 0 to {ulong.MaxValue} was expected");
    }

    private byte ReadBoolean(string tensor)
    {
        if (TryLiteral("true"u8) || TryLiteral("1"u8))
        {
            return 1;
        }

        return TryLiteral("false"u8) || TryLiteral("0"u8) ? (byte)0 : throw Malformed(tensor, "true or false was expected");
    }

    private void ReadString(string tensor, ref PooledWriter writer)
    {
        var token = StringToken(tensor);
        var reader = new Utf8JsonReader(token);
        try
        {
            reader.Read();
            var length = reader.ValueSpan.Length;

            // Unescaping never makes a string longer, so the token's length is enough room.
            Span<byte> small = stackalloc byte[256];
            var text = length <= small.Length ? small : new byte[length];
            var written = reader.CopyString(text);
            BinaryPrimitives.WriteInt32LittleEndian(writer.Take(sizeof(int)), written);
            text[..written].CopyTo(writer.Take(written));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Malformed(tensor, "a string is not valid JSON or not valid Unicode");
        }
    }

    /// <summary>Takes a number by JSON's grammar. The mantissa is -1 when it has too many digits for the fast way.</summary>
    private ReadOnlySpan<byte> NumberToken(string tensor, out long mantissa, out int exponent)
    {
        var start = Position;
        mantissa = 0;
        exponent = 0;
        var digits = 0;
        if (Peek() == '-')
        {
            Position++;
        }

        var leading = Position;
        for (; IsDigit(Peek()); Position++, digits++)
        {
            mantissa = digits < 18 ? (mantissa * 10) + (_json[Position] - '0') : -1;
        }

        if (Position == leading || (_json[leading] == '0' && Position - leading > 1))
        {
            throw Malformed(tensor, "a number was expected");
        }

        if (Peek() == '.')
        {
            Position++;
            var fraction = Position;
            for (; IsDigit(Peek()); Position++, digits++)
            {
                mantissa = digits < 18 && mantissa >= 0 ? (mantissa * 10) + (_json[Position] - '0') : -1;
            }

            if (Position == fraction)
            {
                throw Malformed(tensor, "a digit was expected after '.'");
            }

            exponent = fraction - Position;
        }

        if ((Peek() | 0x20) == 'e')
        {
            Position++;
            var sign = 1;
            if (Peek() is (byte)'+' or (byte)'-')
            {
                sign = Peek() == '-' ? -1 : 1;
                Position++;
            }

            var power = Position;
            var written = 0;
            for (; IsDigit(Peek()); Position++)
            {
                written = Math.Min(100_000, (written * 10) + (_json[Position] - '0'));
            }

            if (Position == power)
            {
                throw Malformed(tensor, "a digit was expected after 'e'");
            }

            exponent += sign * written;
        }

        return _json[start..Position];
    }

    /// <summary>Takes a string with its quotes; its inside is checked by whoever reads it.</summary>
    private ReadOnlySpan<byte> StringToken(string tensor)
    {
        var start = Position;
        if (Peek() != '"')
        {
            throw Malformed(tensor, "a string was expected");
        }

        Position++;
        while (true)
        {
            var rest = _json[Position..];
            var stop = rest.IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0 || (rest[stop] == '\\' && stop + 1 >= rest.Length))
            {
                throw Malformed(tensor, "a string does not end");
            }

            if (rest[stop] == '"')
            {
                Position += stop + 1;
                return _json[start..Position];
            }

            Position += stop + 2;
        }
    }

    private bool TryLiteral(ReadOnlySpan<byte> literal)
    {
        if (!_json[Position..].StartsWith(literal))
        {
            return false;
        }

        var end = Position + literal.Length;
        if (end < _json.Length && _json[end] is not ((byte)',' or (byte)']' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
        {
            return false;
        }

        Position = end;
        return true;
    }

    private void SkipSpace()
    {
        while (Peek() is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            Position++;
        }
    }

    /// <returns>0 at the end, which is no token of JSON.</returns>
    private readonly byte Peek() => Position < _json.Length ? _json[Position] : (byte)0;

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    private readonly InferenceException Malformed(string tensor, string why) =>
        InferenceException.Invalid($"The data of tensor '{Quoted.Short(tensor)}' is malformed at byte {Position}: {why}.");
}
