using CsCheck;
using MLOps.Inference.Codecs;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Tests.Codecs;

public sealed class TensorMessageCodecTests
{
    [Fact]
    public void Encode_ThenDecode_GivesTheSame() =>
        Gen.Select(Gen.String, Gen.Float.Array[0, 40], Gen.String.Array[0, 3], Gen.Int).Sample((name, values, outputs, version) =>
        {
            var tensor = A.Tensor(name, [values.Length, 1], values);
            var strings = new Tensor("s", TensorDatatype.Bytes, [1], (byte[])[2, 0, 0, 0, 7, 8]);
            var decoded = TensorMessageCodec.Decode(TensorMessageCodec.Encode([tensor, strings], version, outputs));
            Assert.Equal(version, decoded.Version);
            Assert.Equal(outputs.Length, decoded.Outputs.Count);
            Assert.Equal(tensor.Shape, decoded.Tensors[0].Shape);
            Assert.Equal(tensor.Data.ToArray(), decoded.Tensors[0].Data.ToArray());
            Assert.Equal(strings.Data.ToArray(), decoded.Tensors[1].Data.ToArray());
        });

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Encode_SequenceStep_GivesTheSame(bool start, bool end)
    {
        var step = new SequenceStep("séquence-1", start, end);
        var decoded = TensorMessageCodec.Decode(TensorMessageCodec.Encode([A.Tensor("x", [1], 1)], outputs: ["y"], sequence: step));
        Assert.Equal(step, decoded.Sequence);
        Assert.Equal([1f], A.Floats(decoded.Tensors[0]));
        Assert.Null(TensorMessageCodec.Decode(TensorMessageCodec.Encode([A.Tensor("x", [1], 1)])).Sequence);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decode_Damaged_IsReadOrRefused(bool sequence)
    {
        var good = TensorMessageCodec.Encode([A.Tensor("x", [2, 2], 1, 2, 3, 4)], 3, ["y"], sequence ? new SequenceStep("s", Start: true) : null);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, length) =>
        {
            var damaged = good.ToArray();
            damaged[at] = value;
            try
            {
                TensorMessageCodec.Decode(damaged.AsMemory(0, length));
            }
            catch (InferenceException exception)
            {
                return exception.Error == InferenceError.InvalidRequest;
            }

            return true;
        });
    }
}
