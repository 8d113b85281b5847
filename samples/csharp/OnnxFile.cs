using System.Text;

namespace MLOps.Samples.Training;

/// <summary>Writes the model as ONNX: <c>input</c> [B, features] to <c>output</c> [B, classes] by Gemm and Softmax. ONNX is a protocol buffer; two operators need no library.
/// Field numbers are those of onnx.proto.</summary>
internal static class OnnxFile
{
    private const int Float = 1;

    public static byte[] Of(SoftmaxRegression model)
    {
        var (features, classes) = (model.Weights.GetLength(0), model.Weights.GetLength(1));
        byte[] graph =
        [
            .. Bytes(1, Node("Gemm", ["input", "weights", "bias"], "logits")),
            .. Bytes(1, Node("Softmax", ["logits"], "output")),
            .. Text(2, "regime"),
            .. Bytes(5, Tensor("weights", [features, classes], model.Weights.Cast<double>())),
            .. Bytes(5, Tensor("bias", [classes], model.Bias)),
            .. Bytes(11, Value("input", features)),
            .. Bytes(12, Value("output", classes)),
        ];
        return [.. Number(1, 8), .. Bytes(7, graph), .. Bytes(8, Number(2, 17))];
    }

    private static byte[] Node(string type, string[] inputs, string output) => [.. inputs.SelectMany(input => Text(1, input)), .. Text(2, output), .. Text(4, type)];

    private static byte[] Tensor(string name, int[] shape, IEnumerable<double> values) =>
        [.. shape.SelectMany(length => Number(1, length)), .. Number(2, Float), .. Text(8, name), .. Bytes(9, [.. values.SelectMany(value => BitConverter.GetBytes((float)value))])];

    /// <summary>A table of any number of rows.</summary>
    private static byte[] Value(string name, int columns)
    {
        byte[] shape = [.. Bytes(1, Text(2, "B")), .. Bytes(1, Number(1, columns))];
        return [.. Text(1, name), .. Bytes(2, Bytes(1, [.. Number(1, Float), .. Bytes(2, shape)]))];
    }

    private static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] content) => [.. Varint((field << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int field, int value) => [.. Varint(field << 3), .. Varint(value)];

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value > 127; value >>= 7)
        {
            yield return (byte)(value | 128);
        }

        yield return (byte)value;
    }
}
