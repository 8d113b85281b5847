using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;

namespace MLOps.Connections.Links;

/// <summary>What goes over a link, numbers in little-endian order.
/// First the greeting: 8 bytes that name this format, 16 of the token, answered by 8 others.
/// Then a request, its answer, and so on: each an int32 of the bytes that follow, and those. Of a request: int32 lengths of key and trace parent, both in UTF-8, zeros up to a multiple of 8, the payload.
/// Of an answer: a byte of status, 3 zeros, int32 of code, int64 of ticks (the least: none), the payload.</summary>
internal static class LinkFrames
{
    /// <summary>Bytes of a frame at most; Orleans takes as many in a message.</summary>
    public const int Most = 100 << 20;

    public const int MostKey = 4096;

    public const int AnswerHeader = 16;

    private const int Length = sizeof(int);
    private const int RequestHeader = 2 * sizeof(int);
    private const int Alignment = 8;
    private const long NoTime = long.MinValue;

    /// <summary>Names this format: another one has another name.</summary>
    public static ReadOnlySpan<byte> Greeting => "MLOPSL01"u8;

    /// <summary>The answer to a greeting: another one, for a socket may be connected to itself.</summary>
    public static ReadOnlySpan<byte> Welcome => "MLOPSA01"u8;

    /// <summary>Bytes of a greeting with its token.</summary>
    public static int GreetingWithToken => Greeting.Length + 16;

    /// <returns>False: too large for a link.</returns>
    public static bool TryWrite(IBufferWriter<byte> writer, LinkRequest request)
    {
        var key = Encoding.UTF8.GetByteCount(request.Key);
        var trace = request.TraceParent is null ? 0 : Encoding.UTF8.GetByteCount(request.TraceParent);
        if (key > MostKey || trace > MostKey || request.Payload.Length > Most - RequestHeader - key - trace - Alignment)
        {
            return false;
        }

        var head = Aligned(RequestHeader + key + trace);
        var at = writer.GetSpan(Length + head)[..(Length + head)];
        at.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(at, head + request.Payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(at[Length..], key);
        BinaryPrimitives.WriteInt32LittleEndian(at[(2 * Length)..], trace);
        Encoding.UTF8.GetBytes(request.Key, at[(Length + RequestHeader)..]);
        Encoding.UTF8.GetBytes(request.TraceParent ?? "", at[(Length + RequestHeader + key)..]);
        writer.Advance(Length + head);
        writer.Write(request.Payload.Span);
        return true;
    }

    /// <param name="knownKey">The last request's: its text is used again where it is the same.</param>
    /// <exception cref="InvalidDataException">Not a request.</exception>
    public static LinkRequest Request(ReadOnlyMemory<byte> frame, ref KnownText knownKey)
    {
        if (frame.Length < RequestHeader)
        {
            throw Malformed();
        }

        var key = BinaryPrimitives.ReadInt32LittleEndian(frame.Span);
        var trace = BinaryPrimitives.ReadInt32LittleEndian(frame.Span[sizeof(int)..]);
        if (key is < 0 or > MostKey || trace is < 0 or > MostKey || Aligned(RequestHeader + key + trace) is var head && head > frame.Length)
        {
            throw Malformed();
        }

        return new LinkRequest(
            knownKey.Of(frame.Span.Slice(RequestHeader, key)),
            frame[head..],
            trace == 0 ? null : Encoding.UTF8.GetString(frame.Span.Slice(RequestHeader + key, trace)));
    }

    /// <exception cref="InvalidDataException">Too large for a link.</exception>
    public static void Write(IBufferWriter<byte> writer, LinkAnswer answer)
    {
        if (answer.Payload.Length > LinkAnswer.MostPayload)
        {
            throw new InvalidDataException($"An answer of {answer.Payload.Length} bytes is over the {LinkAnswer.MostPayload} of a link.");
        }

        var at = writer.GetSpan(Length + AnswerHeader)[..(Length + AnswerHeader)];
        at.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(at, AnswerHeader + answer.Payload.Length);
        at[Length] = (byte)answer.Status;
        BinaryPrimitives.WriteInt32LittleEndian(at[(2 * Length)..], answer.Code);
        BinaryPrimitives.WriteInt64LittleEndian(at[(3 * Length)..], answer.Time?.Ticks ?? NoTime);
        writer.Advance(Length + AnswerHeader);
        writer.Write(answer.Payload.Span);
    }

    /// <exception cref="InvalidDataException">Not an answer.</exception>
    public static LinkAnswer Answer(ReadOnlyMemory<byte> frame)
    {
        if (frame.Length < AnswerHeader || frame.Span[0] > (byte)LinkStatus.Refused)
        {
            throw Malformed();
        }

        var ticks = BinaryPrimitives.ReadInt64LittleEndian(frame.Span[(2 * sizeof(int))..]);
        return new LinkAnswer(
            (LinkStatus)frame.Span[0],
            BinaryPrimitives.ReadInt32LittleEndian(frame.Span[sizeof(int)..]),
            ticks == NoTime ? null : TimeSpan.FromTicks(ticks),
            frame[AnswerHeader..]);
    }

    /// <summary>Receives one frame.</summary>
    /// <param name="pool">Lends the array; null: it is the receiver's own.</param>
    /// <returns>Null: the other side has ended.</returns>
    /// <exception cref="InvalidDataException">Not a frame.</exception>
    /// <exception cref="IOException">The other side is gone.</exception>
    public static async ValueTask<ArraySegment<byte>?> ReadAsync(PipeReader reader, ArrayPool<byte>? pool)
    {
        var read = await reader.ReadAtLeastAsync(Length);
        if (read.Buffer.Length < Length)
        {
            return read.Buffer.IsEmpty ? null : throw Malformed();
        }

        var length = Int32(read.Buffer);
        if (length is < 0 or > Most)
        {
            throw Malformed();
        }

        var frame = pool?.Rent(length) ?? GC.AllocateUninitializedArray<byte>(length);
        try
        {
            var rest = read.Buffer.Slice(Length);
            for (var at = 0; ; rest = read.Buffer)
            {
                var part = rest.Slice(0, Math.Min(rest.Length, length - at));
                part.CopyTo(frame.AsSpan(at));
                at += (int)part.Length;
                reader.AdvanceTo(part.End);
                if (at == length)
                {
                    return new ArraySegment<byte>(frame, 0, length);
                }

                if (read.IsCompleted)
                {
                    throw Malformed();
                }

                read = await reader.ReadAsync();
            }
        }
        catch
        {
            pool?.Return(frame);
            throw;
        }
    }

    /// <summary>Receives as many bytes.</summary>
    /// <returns>Null: the other side has ended before.</returns>
    public static async ValueTask<byte[]?> ReadExactlyAsync(PipeReader reader, int count, CancellationToken cancellationToken)
    {
        var read = await reader.ReadAtLeastAsync(count, cancellationToken);
        if (read.Buffer.Length < count)
        {
            return null;
        }

        var bytes = read.Buffer.Slice(0, count);
        var taken = bytes.ToArray();
        reader.AdvanceTo(bytes.End);
        return taken;
    }

    private static int Int32(ReadOnlySequence<byte> bytes)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        bytes.Slice(0, sizeof(int)).CopyTo(number);
        return BinaryPrimitives.ReadInt32LittleEndian(number);
    }

    private static int Aligned(int position) => (position + Alignment - 1) / Alignment * Alignment;

    private static InvalidDataException Malformed() => new("What came over a link is not of its format.");
}
