using CsCheck;
using MLOps.Inference.Onnx;
using MLOps.Testing.Onnx;

namespace MLOps.Inference.Tests.Onnx;

public sealed class OnnxModelGuardTests
{
    private const int T = 5;
    private const int G = 6;
    private const int Tensors = 10;
    private const int Graphs = 11;
    private const int SparseTensor = 22;

    public static TheoryData<string> Places => ["initializer", "sparse", "constant", "tensors", "subgraph", "subgraphs", "sparse attribute", "function"];

    [Theory]
    [MemberData(nameof(Places))]
    public void Check_ExternalData_IsRefusedWhereverItHides(string place)
    {
        var external = TinyModels.ExternalTensor("w");
        var inner = TinyModels.Graph([], [external], [], []);
        var model = place switch
        {
            "initializer" => TinyModels.Model(inner),
            "sparse" => TinyModels.Model(new OnnxBytes().Message(15, new OnnxBytes().Message(1, external))),
            "constant" => WithAttribute(T, external),
            "tensors" => WithAttribute(Tensors, external),
            "subgraph" => WithAttribute(G, inner),
            "subgraphs" => WithAttribute(Graphs, inner),
            "sparse attribute" => WithAttribute(SparseTensor, new OnnxBytes().Message(2, external)),
            _ => new OnnxBytes().Message(7, new OnnxBytes()).Message(25, new OnnxBytes().Message(7, TinyModels.Node("Constant", [], ["c"], new OnnxBytes().Message(T, external)))).ToArray(),
        };
        var exception = Assert.Throws<InferenceException>(() => OnnxModelGuard.Check(model));
        Assert.Equal(InferenceError.InvalidModel, exception.Error);
        Assert.Contains("external data", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_SubgraphsNestedTooDeep_IsRefused()
    {
        var graph = new OnnxBytes();
        for (var i = 0; i < 200; i++)
        {
            graph = TinyModels.Graph([TinyModels.Node("If", [], ["y"], new OnnxBytes().Message(G, graph))], [], [], []);
        }

        Assert.Contains("nested", Assert.Throws<InferenceException>(() => OnnxModelGuard.Check(TinyModels.Model(graph))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_GoodModel_Passes() => OnnxModelGuard.Check(TinyModels.Mlp());

    [Fact]
    public void Check_AnyBytes_PassOrAreRefusedAsModel() => Gen.Byte.Array[0, 300].Sample(Survives);

    [Fact]
    public void Check_DamagedModel_PassesOrIsRefusedAsModel()
    {
        var model = TinyModels.Mlp();
        Gen.Select(Gen.Int[0, model.Length - 1], Gen.Byte, Gen.Int[0, model.Length]).Sample((at, value, length) =>
        {
            var damaged = model[..length];
            if (at < length)
            {
                damaged[at] = value;
            }

            return Survives(damaged);
        });
    }

    private static byte[] WithAttribute(int field, OnnxBytes value) =>
        TinyModels.Model(TinyModels.Graph([TinyModels.Node("Constant", [], ["c"], new OnnxBytes().Message(field, value))], [], [], []));

    private static bool Survives(byte[] bytes)
    {
        try
        {
            OnnxModelGuard.Check(bytes);
            return true;
        }
        catch (InferenceException exception)
        {
            return exception.Error == InferenceError.InvalidModel;
        }
    }
}
