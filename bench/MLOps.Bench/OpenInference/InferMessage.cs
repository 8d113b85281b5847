using System.Text;

namespace MLOps.Bench.OpenInference;

/// <summary>A ModelInferRequest with raw contents, by the published field numbers.</summary>
internal static class InferMessage
{
    public static byte[] Of(string model, IEnumerable<(string Name, string Datatype, long[] Shape, byte[] Data)> inputs)
    {
        List<byte> message = [.. Field(1, Encoding.UTF8.GetBytes(model))];
        List<byte> raw = [];
        foreach (var (name, datatype, shape, data) in inputs)
        {
            message.AddRange(Field(5, [.. Field(1, Encoding.UTF8.GetBytes(name)), .. Field(2, Encoding.UTF8.GetBytes(datatype)), .. Field(3, [.. shape.SelectMany(length => Varint((ulong)length))])]));
            raw.AddRange(Field(7, data));
        }

        return [.. message, .. raw];
    }

    private static byte[] Field(int number, byte[] bytes) => [.. Varint(((ulong)number << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }
}
