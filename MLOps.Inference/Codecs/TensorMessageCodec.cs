using System.Buffers.Binary;
using System.Text;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Codecs;

/// <summary>Tensors between two processes of the platform as one byte array:
/// format byte, version (int32), in format 2 the step of a sequence (id, flags), output names, tensors; each tensor's data starts at a multiple of 8, so that it is used where it lies.
/// Both sides check every length: a message is input, also from a friend.</summary>
public static class TensorMessageCodec
{
    private const byte Format = 1;

    // What belongs to a sequence says so by its format, so that a process which knows no sequences refuses it.
    private const byte SequenceFormat = 2;
    private const byte StartFlag = 1;
    private const byte EndFlag = 2;
    private const int Alignment = 8;
    private const int MaxTensors = 1 << 16;

    /// <param name="version">Version of the model that answered; 0 in a request.</param>
    /// <param name="outputs">Names of the outputs wanted, in a request.</param>
    /// <param name="sequence">The step of a sequence that a request is.</param>
    public static byte[] Encode(IReadOnlyList<Tensor> tensors, int version = 0, IReadOnlyList<string>? outputs = null, SequenceStep? sequence = null)
    {
        var message = new byte[Size(tensors, outputs, sequence)];
        var writer = new Writer(message);
        writer.Byte(sequence is null ? Format : SequenceFormat);
        writer.Int32(version);
        if (sequence is { } step)
        {
            writer.Text(step.Id);
            writer.Byte((byte)((step.Start ? StartFlag : 0) | (step.End ? EndFlag : 0)));
        }

        writer.Int32(outputs?.Count ?? 0);
        foreach (var output in outputs ?? [])
        {
            writer.Text(output);
        }

        writer.Int32(tensors.Count);
        foreach (var tensor in tensors)
        {
            writer.Text(tensor.Name);
            writer.Byte((byte)tensor.Datatype);
            writer.Byte((byte)tensor.Shape.Length);
            foreach (var dimension in tensor.Shape)
            {
                writer.Int64(dimension);
            }

            writer.Int64(tensor.Data.Length);
            writer.Align();
            writer.Bytes(tensor.Data.Span);
        }

        return message;
    }

    /// <summary>Reads a message; its tensors lie in <paramref name="message"/>.</summary>
    /// <exception cref="InferenceException">InvalidRequest: not such a message.</exception>
    public static TensorMessageContent Decode(ReadOnlyMemory<byte> message)
    {
        var reader = new Reader(message.Span);
        var format = reader.Byte();
        if (format is not (Format or SequenceFormat))
        {
            throw Malformed();
        }

        var version = reader.Int32();
        SequenceStep? sequence = null;
        if (format == SequenceFormat)
        {
            var id = reader.Text();
            var flags = reader.Byte();
            sequence = new SequenceStep(id, (flags & StartFlag) != 0, (flags & EndFlag) != 0);
        }

        var outputs = new string[reader.Count()];
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = reader.Text();
        }

        var tensors = new Tensor[reader.Count()];
        for (var i = 0; i < tensors.Length; i++)
        {
            var name = reader.Text();
            var datatype = reader.Byte();
            var rank = reader.Byte();
            if (!TensorDatatypes.IsDefined(datatype) || rank > TensorShape.MaxRank)
            {
                throw Malformed();
            }

            var shape = new long[rank];
            for (var d = 0; d < rank; d++)
            {
                shape[d] = reader.Int64();
            }

            var length = reader.Int64();
            reader.Align();
            var start = reader.Position;
            reader.Skip(length);
            tensors[i] = new Tensor(name, (TensorDatatype)datatype, shape, message.Slice(start, (int)length));
        }

        return new TensorMessageContent(tensors, version, outputs, sequence);
    }

    private static InferenceException Malformed() => InferenceException.Invalid("The tensor message is malformed or of another format version.");

    private static int Size(IReadOnlyList<Tensor> tensors, IReadOnlyList<string>? outputs, SequenceStep? sequence)
    {
        long size = 1 + (3 * sizeof(int));
        if (sequence is { } step)
        {
            size += sizeof(int) + Encoding.UTF8.GetByteCount(step.Id) + 1;
        }

        foreach (var output in outputs ?? [])
        {
            size += sizeof(int) + Encoding.UTF8.GetByteCount(output);
        }

        foreach (var tensor in tensors)
        {
            size += sizeof(int) + Encoding.UTF8.GetByteCount(tensor.Name) + 2 + (sizeof(long) * tensor.Shape.Length) + sizeof(long);
            size = Aligned(size) + tensor.Data.Length;
        }

        return size <= Array.MaxLength
            ? (int)size
            : throw InferenceException.TooLarge($"The tensors take {size} bytes: at most {Array.MaxLength} fit in one message.");
    }

    private static long Aligned(long position) => (position + Alignment - 1) / Alignment * Alignment;

    private ref struct Writer(Span<byte> message)
    {
        private readonly Span<byte> _message = message;
        private int _position;

        public void Byte(byte value) => _message[_position++] = value;

        public void Int32(int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_message[_position..], value);
            _position += sizeof(int);
        }

        public void Int64(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_message[_position..], value);
            _position += sizeof(long);
        }

        public void Text(string value)
        {
            var length = Encoding.UTF8.GetBytes(value, _message[(_position + sizeof(int))..]);
            Int32(length);
            _position += length;
        }

        public void Bytes(ReadOnlySpan<byte> value)
        {
            value.CopyTo(_message[_position..]);
            _position += value.Length;
        }

        public void Align() => _position = (int)Aligned(_position);
    }

    private ref struct Reader(ReadOnlySpan<byte> message)
    {
        private readonly ReadOnlySpan<byte> _message = message;

        public int Position { get; private set; }

        public byte Byte() => Take(1)[0];

        public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

        public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

        public int Count()
        {
            // Every item takes bytes, so a count over what is left is a lie that must not be allocated.
            var count = Int32();
            return count >= 0 && count <= MaxTensors && count <= _message.Length - Position ? count : throw Malformed();
        }

        public string Text() => Encoding.UTF8.GetString(Take(Int32()));

        public void Skip(long length) => Take(length);

        public void Align() => Take(Aligned(Position) - Position);

        private ReadOnlySpan<byte> Take(long length)
        {
            if (length < 0 || length > _message.Length - Position)
            {
                throw Malformed();
            }

            var taken = _message.Slice(Position, (int)length);
            Position += (int)length;
            return taken;
        }
    }
}
