using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;
using MLOps.Testing.Onnx;

namespace MLOps.Inference.Tests.Engine;

public sealed class DatatypeTests
{
    /// <summary>ONNX's numbers of the element types, and the protocol's names.</summary>
    public static TheoryData<int, string> All => new()
    {
        { 9, "BOOL" }, { 2, "UINT8" }, { 4, "UINT16" }, { 12, "UINT32" }, { 13, "UINT64" }, { 3, "INT8" }, { 5, "INT16" },
        { 6, "INT32" }, { 7, "INT64" }, { 10, "FP16" }, { 16, "BF16" }, { 1, "FP32" }, { 11, "FP64" }, { 8, "BYTES" },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Infer_EveryDatatypeAndShape_GivesBackWhatCame(int elementType, string name)
    {
        using var engine = new InferenceEngine();
        var datatype = TensorDatatypes.Parse(name);
        foreach (long[] model in (long[][])[[-1, -1], [2, 3]])
        {
            var metadata = engine.Load("m", TinyModels.Identity(elementType, model), new SessionSettings());
            Assert.Equal(datatype, metadata.Inputs[0].Datatype);

            // The first call of a shape binds memory, the others use it.
            for (var call = 0; call < 3; call++)
            {
                foreach (long[] shape in model[0] < 0 ? (long[][])[[2, 3], [1, 5], [0, 3]] : [[2, 3]])
                {
                    var data = Data(datatype, shape[0] * shape[1], call);
                    using var result = engine.Infer("m", [new Tensor("x", datatype, shape, data)]);
                    Assert.Equal(data, result.Outputs[0].Data.ToArray());
                    Assert.Equal(shape, result.Outputs[0].Shape);
                    Assert.Equal(datatype, result.Outputs[0].Datatype);
                }
            }
        }
    }

    [Fact]
    public void Infer_Scalar_HasNoDimensions()
    {
        using var engine = new InferenceEngine();
        engine.Load("m", TinyModels.Identity(TinyModels.DoubleElements), new SessionSettings());
        for (var call = 0; call < 3; call++)
        {
            using var result = engine.Infer("m", [Tensor.Of<double>("x", [call + 0.5])]);
            Assert.Empty(result.Outputs[0].Shape);
            Assert.Equal(call + 0.5, result.Outputs[0].Values<double>()[0]);
        }
    }

    [Fact]
    public void Values_OfAnotherType_AreRefused() =>
        Assert.Throws<ArgumentException>(() => Tensor.Of<float>("x", [1], 1).Values<double>().Length);

    /// <summary>Different bytes for every call; BOOL has only 0 and 1, BYTES has texts of several lengths.</summary>
    private static byte[] Data(TensorDatatype datatype, long count, int seed)
    {
        if (datatype == TensorDatatype.Bytes)
        {
            return [.. Enumerable.Range(0, (int)count).SelectMany(i => (byte[])[(byte)(i % 4), 0, 0, 0, .. Enumerable.Repeat((byte)('a' + seed), i % 4)])];
        }

        var data = new byte[count * datatype.Size()];
        new Random(seed).NextBytes(data);
        return datatype == TensorDatatype.Bool ? [.. data.Select(value => (byte)(value & 1))] : data;
    }
}
