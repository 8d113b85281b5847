using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Onnx;

public sealed class OnnxGraphBuilderTests
{
    [Fact]
    public void Write_SmallGraph_RunsInOnnxRuntimeWithItsMetadata()
    {
        var graph = new OnnxGraphBuilder("g");
        var x = graph.Input("x", OnnxElementType.Float32, "B", 2);
        var scaled = graph.Node("Mul", [x, graph.Constant("w", [2f, 10f], 2)]);
        graph.Output("y", graph.Node("ReduceSum", [scaled, graph.Constant("axis", 1L)], OnnxAttribute.Int("keepdims", 0)), OnnxElementType.Float32, "B");

        using var runner = new OnnxRunner(OnnxModelFile.Write(graph.Build(), "Weighted sums.", new Dictionary<string, string> { ["k"] = "v" }));

        Assert.Equal([21f, 43f], runner.Run<float>([("x", [0.5f, 2f, 1.5f, 4f], [2, 2])], ["y"])[0]);
        Assert.Equal("v", runner.Metadata["k"]);
    }

    [Fact]
    public void Constant_ValuesDoNotFillTheShape_IsRefused()
    {
        var exception = Assert.Throws<ArgumentException>(() => new OnnxGraphBuilder("g").Constant("w", [1f, 2f, 3f], 2, 2));
        Assert.Contains("'w' has 3 values but its shape [2,2] asks for 4", exception.Message, StringComparison.Ordinal);
    }
}
