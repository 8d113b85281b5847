namespace MLOps.Inference.Onnx;

/// <summary>Walks the fields of one protobuf message in place.</summary>
/// <param name="message">The message's bytes.</param>
/// <param name="error">What a malformed message is: a model that is none, or a bad request.</param>
internal ref struct ProtobufFields(ReadOnlySpan<byte> message, InferenceError error = InferenceError.InvalidModel)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Length = 2;
    private const int Fixed32 = 5;

    private readonly int _length = message.Length;
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Whether there is more: for values that follow each other without tags, as in a packed field.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Number of the current field.</summary>
    public int Number { get; private set; }

    /// <summary>Where <see cref="Bytes"/> begins in the message.</summary>
    public int Start { get; private set; }

    /// <summary>The current field's bytes when <see cref="IsBytes"/> or <see cref="IsFixed"/>.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The current field's value when it is a varint.</summary>
    public ulong Value { get; private set; }

    public bool IsBytes { get; private set; }

    public bool IsVarint { get; private set; }

    /// <summary>Whether the field is 4 or 8 little-endian bytes.</summary>
    public bool IsFixed { get; private set; }

    /// <returns>False at the end of the message.</returns>
    /// <exception cref="InferenceException">Not protobuf.</exception>
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
        IsFixed = wireType is Fixed32 or Fixed64;
        switch (wireType)
        {
            case Varint:
                Value = ReadVarint();
                return true;
            case Fixed64:
                TakeBytes(sizeof(ulong));
                return true;
            case Fixed32:
                TakeBytes(sizeof(uint));
                return true;
            case Length:
                TakeBytes(ReadVarint());
                return true;
            default:
                // Groups are used neither by ONNX nor by inference requests, and skipping them would need unbounded nesting.
                throw Malformed();
        }
    }

    /// <summary>Takes one value without a tag, as in a packed field.</summary>
    /// <exception cref="InferenceException">Not a varint.</exception>
    public ulong ReadVarint()
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

    private void TakeBytes(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw Malformed();
        }

        Start = _length - _rest.Length;
        Bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
    }

    private readonly InferenceException Malformed() => error == InferenceError.InvalidModel
        ? new(error, "The file is not an ONNX model: its bytes are not a protobuf message. Expected the bytes of a .onnx file.")
        : new(error, "The request is not a protobuf message of the Open Inference Protocol.");
}
