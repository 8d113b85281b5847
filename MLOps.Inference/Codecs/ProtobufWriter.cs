using System.Buffers;
using System.Numerics;
using System.Text;

namespace MLOps.Inference.Codecs;

/// <summary>The few protobuf forms that an answer needs.</summary>
internal static class ProtobufWriter
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;

    public static long SizeOfBytes(int field, int length) => SizeOf(Tag(field, LengthDelimited)) + SizeOf((ulong)length) + (long)length;

    public static void Text(IBufferWriter<byte> output, int field, string value)
    {
        Head(output, field, Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, output);
    }

    public static void Bytes(IBufferWriter<byte> output, int field, ReadOnlySpan<byte> value)
    {
        Head(output, field, value.Length);
        output.Write(value);
    }

    /// <summary>Tag and length of what the caller writes next.</summary>
    public static void Head(IBufferWriter<byte> output, int field, int length)
    {
        Raw(output, Tag(field, LengthDelimited));
        Raw(output, (ulong)length);
    }

    public static void Number(IBufferWriter<byte> output, int field, ulong value)
    {
        Raw(output, Tag(field, Varint));
        Raw(output, value);
    }

    /// <summary>A varint alone, as in a packed field.</summary>
    public static void Raw(IBufferWriter<byte> output, ulong value)
    {
        var span = output.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        output.Advance(length);
    }

    public static int SizeOf(ulong value) => value == 0 ? 1 : (BitOperations.Log2(value) / 7) + 1;

    private static ulong Tag(int field, int wireType) => ((ulong)field << 3) | (uint)wireType;
}
