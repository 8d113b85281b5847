namespace MLOps.Inference.Tabular;

/// <summary>Walks a struct of Thrift's compact protocol, in which Parquet describes itself, to see that every count and length in it can be true,
/// before a reader allocates by them.</summary>
internal ref struct ThriftCompact(ReadOnlySpan<byte> bytes)
{
    /// <summary>Fields of a nested struct that are kept.</summary>
    public const int NestedFields = 8;

    private const int MaxDepth = 32;
    private const int MaxElements = 1 << 20;
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

    private int _elements;

    /// <summary>Bytes consumed.</summary>
    public int Position { get; private set; }

    /// <summary>Whether the struct needs more bytes than there are.</summary>
    public bool IsShort { get; private set; }

    /// <param name="shape">What the struct is.</param>
    /// <param name="values">Gets the struct's own integers and booleans by their field numbers.</param>
    /// <param name="nested">Gets the same of the structs directly in it: row by row, <see cref="NestedFields"/> for each field number.</param>
    /// <exception cref="InferenceException">InvalidRequest: no such struct.</exception>
    public void ReadStruct(ThriftShape shape, scoped Span<long> values, scoped Span<long> nested) => ReadStruct(shape, values, nested, 0);

    /// <param name="shape">Null: it is not known, and passed over.</param>
    private void ReadStruct(ThriftShape? shape, scoped Span<long> values, scoped Span<long> nested, int depth)
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
                // A stop says nothing else: a reader that takes one with a field number for a field may read on for ever.
                if (header != Stop)
                {
                    throw Malformed();
                }

                return;
            }

            field = header >> 4 == 0 ? ZigZag(Varint()) : field + (header >> 4);
            var known = shape?.Of(field);
            Require(known, type, inList: false);
            switch (type)
            {
                case True or False:
                    Keep(values, field, type == True ? 1 : 0);
                    break;
                case I16 or I32 or I64:
                    Keep(values, field, ZigZag(Varint()));
                    break;
                case Struct when field >= 0 && field < nested.Length / NestedFields:
                    ReadStruct(known?.Shape, nested.Slice((int)field * NestedFields, NestedFields), [], depth + 1);
                    break;
                default:
                    Value(type, known, depth);
                    break;
            }
        }
    }

    private static void Require(ThriftShape.Field? known, int type, bool inList)
    {
        var fits = known?.Kind switch
        {
            null => type is not (Set or Map or Uuid),
            ThriftShape.FieldKind.Boolean => type is True or False,
            ThriftShape.FieldKind.Byte => type == Byte,
            ThriftShape.FieldKind.Integer => type is I16 or I32 or I64,
            ThriftShape.FieldKind.Binary => type == Binary,
            ThriftShape.FieldKind.List => type == List,
            _ => type == Struct,
        };
        if (!fits || (inList && type is not (I16 or I32 or I64 or Binary or Struct)))
        {
            throw Malformed();
        }
    }

    private static void Keep(scoped Span<long> values, long field, long value)
    {
        if (field >= 0 && field < values.Length)
        {
            values[(int)field] = value;
        }
    }

    private void Value(int type, ThriftShape.Field? known, int depth)
    {
        switch (type)
        {
            case Byte:
                Take(1);
                break;
            case I16 or I32 or I64:
                Varint();
                break;
            case Double:
                Take(sizeof(double));
                break;
            case Binary:
                Take(Varint());
                break;
            case List:
                var header = Next();
                Values(header >> 4 == 15 ? Varint() : (ulong)(header >> 4), header & 0x0F, known?.Element, depth);
                break;
            case Struct:
                ReadStruct(known?.Shape, [], [], depth + 1);
                break;
            default:
                throw Malformed();
        }
    }

    private void Values(ulong count, int type, ThriftShape.Field? element, int depth)
    {
        Count(count, depth);
        if (count > 0)
        {
            Require(element, type, inList: true);
        }

        for (ulong i = 0; i < count && !IsShort; i++)
        {
            Value(type, element, depth + 1);
        }
    }

    /// <summary>An element takes a byte at least, and a reader makes an object of a hundred bytes of each.</summary>
    private void Count(ulong elements, int depth)
    {
        if (elements > (ulong)(MaxElements - _elements) || depth >= MaxDepth)
        {
            throw Malformed();
        }

        _elements += (int)elements;
        IsShort |= elements > (ulong)(_bytes.Length - Position);
    }

    /// <returns>After the last byte a stop, so that every struct ends there.</returns>
    private int Next()
    {
        if (Position < _bytes.Length)
        {
            return _bytes[Position++];
        }

        IsShort = true;
        return Stop;
    }

    private void Take(ulong length)
    {
        IsShort |= length > (ulong)(_bytes.Length - Position);
        Position = IsShort ? _bytes.Length : Position + (int)length;
    }

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

    private static InferenceException Malformed() => ParquetCheck.Unreadable("its description of itself is malformed");
}
