namespace MLOps.Inference.Onnx;

/// <summary>Walks the fields of one protobuf message in place.</summary>
internal ref struct ProtobufFields(ReadOnlySpan<byte> message)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Length = 2;
    private const int Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the current field.</summary>
    public int Number { get; private set; }

    /// <summary>The current field's bytes when <see cref="IsBytes"/>.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The current field's value when it is a varint.</summary>
    public ulong Value { get; private set; }

    public bool IsBytes { get; private set; }

    public bool IsVarint { get; private set; }

    /// <returns>False at the end of the message.</returns>
    /// <exception cref="InferenceException">InvalidModel: not protobuf.</exception>
    public bool TryNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = ReadVarint();
        if (tag > uint.MaxValue || tag >> 3 == 0)
        {
            throw Malformed();
        }

        Number = (int)(tag >> 3);
        var wireType = (int)(tag & 7);
        IsBytes = wireType == Length;
        IsVarint = wireType == Varint;
        switch (wireType)
        {
            case Varint:
                Value = ReadVarint();
                return true;
            case Fixed64:
                Take(sizeof(ulong));
                return true;
            case Fixed32:
                Take(sizeof(uint));
                return true;
            case Length:
                Bytes = Take(ReadVarint());
                return true;
            default:
                // Groups are not used by ONNX, and skipping them would need unbounded nesting.
                throw Malformed();
        }
    }

    private static InferenceException Malformed() =>
        new(InferenceError.InvalidModel, "The file is not an ONNX model: its bytes are not a protobuf message. Expected the bytes of a .onnx file.");

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var i = 0; i < 10; i++)
        {
            if (_rest.IsEmpty)
            {
                throw Malformed();
            }

            var next = _rest[0];
            _rest = _rest[1..];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw Malformed();
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}
