using CsCheck;
using MLOps.Inference.Codecs;
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

    [Fact]
    public void Decode_Damaged_IsReadOrRefused()
    {
        var good = TensorMessageCodec.Encode([A.Tensor("x", [2, 2], 1, 2, 3, 4)], 3, ["y"]);
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
