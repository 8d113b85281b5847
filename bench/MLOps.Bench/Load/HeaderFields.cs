namespace MLOps.Bench.Load;

/// <summary>The fields of a header block (RFC 7541) from a server that was told to keep no dynamic table. Of Huffman's code it knows the few texts it looks for: a client that decodes all of them takes from the server that shares its machine.</summary>
internal ref struct HeaderFields(ReadOnlySpan<byte> block)
{
    private const int FirstStatus = 8;
    private const int LastStatus = 14;
    private const int StaticTable = 61;

    private ReadOnlySpan<byte> _rest = block;

    /// <summary>Whether the field is HTTP's status 200.</summary>
    public bool IsStatusOk { get; private set; }

    /// <summary>Whether the field is gRPC's status 0.</summary>
    public bool IsGrpcStatusOk { get; private set; }

    /// <returns>False: there are no more.</returns>
    /// <exception cref="IOException">The block is none, or refers to a dynamic table.</exception>
    public bool Next()
    {
        (IsStatusOk, IsGrpcStatusOk) = (false, false);

        // A new size of the dynamic table, zero here, is no field.
        while (_rest.Length > 0 && _rest[0] >> 5 == 0b001)
        {
            Number(5);
        }

        if (_rest.Length == 0)
        {
            return false;
        }

        if ((_rest[0] & 0x80) != 0)
        {
            IsStatusOk = Index(Number(7)) == FirstStatus;
            return true;
        }

        var name = Index(Number((_rest[0] & 0x40) != 0 ? 6 : 4));
        var isGrpcStatus = name == 0 && IsText("grpc-status"u8, [0x9A, 0xCA, 0xC8, 0xB2, 0x12, 0x34, 0xDA, 0x8F]);
        if (name is >= FirstStatus and <= LastStatus)
        {
            IsStatusOk = IsText("200"u8, [0x10, 0x01]);
        }
        else
        {
            IsGrpcStatusOk = IsText("0"u8, [0x07]) && isGrpcStatus;
        }

        return true;
    }

    private static int Index(int index) => index <= StaticTable ? index : throw new IOException($"the server's header block refers to field {index}, and it was told to keep none");

    /// <summary>Takes a text off the block and compares it.</summary>
    private bool IsText(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> coded)
    {
        var isCoded = _rest.Length > 0 && (_rest[0] & 0x80) != 0;
        var length = Number(7);
        if (length > _rest.Length)
        {
            throw Broken();
        }

        var text = _rest[..length];
        _rest = _rest[length..];
        return text.SequenceEqual(isCoded ? coded : plain);
    }

    /// <summary>Takes a number off the block, whose first byte has so many bits for it.</summary>
    private int Number(int bits)
    {
        var mask = (1 << bits) - 1;
        var number = Byte() & mask;
        if (number < mask)
        {
            return number;
        }

        for (var shift = 0; shift < 28; shift += 7)
        {
            var more = Byte();
            number += (more & 0x7F) << shift;
            if ((more & 0x80) == 0)
            {
                return number;
            }
        }

        throw Broken();
    }

    private byte Byte()
    {
        if (_rest.Length == 0)
        {
            throw Broken();
        }

        var first = _rest[0];
        _rest = _rest[1..];
        return first;
    }

    private static IOException Broken() => new("the server's header block ends in the middle of a field");
}
