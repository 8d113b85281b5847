using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.CrossSection;

/// <summary>One day's assets in float64: raw features [N,F] to score [N] and order [N], the assets' numbers from the best to the worst.</summary>
internal static class RankerGraph
{
    public static GraphProto Build(IReadOnlyList<double> weights)
    {
        var graph = new OnnxGraphBuilder("ranker");
        var features = graph.Input("features", OnnxElementType.Float64, "N", weights.Count);
        var assets = graph.Constant("assets_axis", 0L);
        var centred = graph.Node("Sub", [features, graph.Node("ReduceMean", [features, assets])]);
        var variances = graph.Node("ReduceMean", [graph.Node("Mul", [centred, centred]), assets]);
        var deviations = graph.Node("Max", [graph.Node("Sqrt", [variances]), graph.Constant("least", [CrossSection.LeastDeviation], [])]);
        var column = graph.Node("Gemm", [graph.Node("Div", [centred, deviations]), graph.Constant("weights", [.. weights], weights.Count, 1)]);
        var scores = graph.Node("Reshape", [column, graph.Constant("flat", -1L)]);
        var ranked = graph.Nodes("TopK", 2, [scores, graph.Node("Shape", [scores])], OnnxAttribute.Int("axis", 0));
        graph.Output("score", scores, OnnxElementType.Float64, "N");
        graph.Output("order", ranked[1], OnnxElementType.Int64, "N");
        return graph.Build();
    }
}
