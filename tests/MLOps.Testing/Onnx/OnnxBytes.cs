using System.Buffers;
using System.Text;

namespace MLOps.Testing.Onnx;

/// <summary>Writes the few protobuf fields that a tiny ONNX model needs. Field numbers are those of onnx.proto.</summary>
public sealed class OnnxBytes
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public OnnxBytes Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public OnnxBytes Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public OnnxBytes Message(int field, OnnxBytes message) => Bytes(field, message.ToArray());

    public OnnxBytes Bytes(int field, byte[] value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes.Write([(byte)(value | 0x80)]);
            value >>= 7;
        }

        _bytes.Write([(byte)value]);
    }
}
