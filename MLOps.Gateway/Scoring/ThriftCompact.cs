using MLOps.Inference;

namespace MLOps.Gateway.Scoring;

/// <summary>Walks a struct of Thrift's compact protocol, in which Parquet describes itself, to see that every count and length in it can be true,
/// before a reader allocates by them.</summary>
internal ref struct ThriftCompact(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 32;
    private const int Stop = 0;
    private const int True = 1;
    private const int False = 2;
    private const int Byte = 3;
    private const int I16 = 4;
    private const int I32 = 5;
    private const int I64 = 6;
    private const int Double = 7;
    private const int Binary = 8;
    private const int List = 9;
    private const int Set = 10;
    private const int Map = 11;
    private const int Struct = 12;
    private const int Uuid = 13;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes consumed.</summary>
    public int Position { get; private set; }

    /// <param name="integers">Gets the struct's own integers by their field numbers.</param>
    /// <exception cref="InferenceException">InvalidRequest: no such struct.</exception>
    public void ReadStruct(scoped Span<long> integers) => ReadStruct(integers, 0);

    private void ReadStruct(scoped Span<long> integers, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Malformed();
        }

        var field = 0L;
        while (true)
        {
            var header = Next();
            var type = header & 0x0F;
            if (type == Stop)
            {
                return;
            }

            field = header >> 4 == 0 ? ZigZag(Varint()) : field + (header >> 4);
            if (type is I16 or I32 or I64)
            {
                var value = ZigZag(Varint());
                if (field >= 0 && field < integers.Length)
                {
                    integers[(int)field] = value;
                }
            }
            else if (type is not (True or False))
            {
                Value(type, depth);
            }
        }
    }

    private void Value(int type, int depth)
    {
        switch (type)
        {
            case True or False or Byte:
                Take(1);
                break;
            case I16 or I32 or I64:
                Varint();
                break;
            case Double:
                Take(sizeof(double));
                break;
            case Uuid:
                Take(16);
                break;
            case Binary:
                Take(Varint());
                break;
            case List or Set:
                var header = Next();
                Values(header >> 4 == 15 ? Varint() : (ulong)(header >> 4), header & 0x0F, depth);
                break;
            case Map:
                Pairs(Varint(), depth);
                break;
            case Struct:
                ReadStruct([], depth + 1);
                break;
            default:
                throw Malformed();
        }
    }

    private void Values(ulong count, int type, int depth)
    {
        // Every element takes a byte at least.
        if (count > (ulong)(_bytes.Length - Position) || depth >= MaxDepth)
        {
            throw Malformed();
        }

        for (ulong i = 0; i < count; i++)
        {
            Value(type, depth + 1);
        }
    }

    private void Pairs(ulong count, int depth)
    {
        if (count == 0)
        {
            return;
        }

        var types = Next();
        if (count > (ulong)(_bytes.Length - Position) || depth >= MaxDepth)
        {
            throw Malformed();
        }

        for (ulong i = 0; i < count; i++)
        {
            Value(types >> 4, depth + 1);
            Value(types & 0x0F, depth + 1);
        }
    }

    private int Next() => Position < _bytes.Length ? _bytes[Position++] : throw Malformed();

    private void Take(ulong length) => Position = length <= (ulong)(_bytes.Length - Position) ? Position + (int)length : throw Malformed();

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Next();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static InferenceException Malformed() => new(InferenceError.InvalidRequest, "The body is not a Parquet file: its description of itself is malformed.");
}
