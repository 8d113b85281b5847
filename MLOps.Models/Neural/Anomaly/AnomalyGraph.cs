using MLOps.Models.Neural.Layers;
using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Neural.Anomaly;

/// <summary>The detector as an ONNX graph: raw windows [B, 512] to the score [B, 1] and the errors [B, 8] that it is the quadratic mean of.</summary>
internal static class AnomalyGraph
{
    public const string Input = "input";
    public const string Score = "score";
    public const string Errors = "errors";

    public static GraphProto Build(AnomalyNetwork network, NormalisedWindows normaliser, float[] scales)
    {
        var graph = new OnnxGraphBuilder("anomaly");
        var layers = new NetworkGraph(graph, network);
        var windows = Normalised(graph, graph.Input(Input, OnnxElementType.Float32, "B", NormalisedWindows.Size), normaliser);
        var code = layers.Dense(graph.Node("Relu", [layers.Dense(windows, "_narrow")]), "_code");
        var reconstructed = layers.Dense(graph.Node("Relu", [layers.Dense(code, "_widen")]), "_window");
        var byFeature = graph.Node("Reshape", [graph.Node("Sub", [windows, reconstructed]), "by_feature"]);
        var newest = graph.Node("Gather", [byFeature, graph.Scalar("newest", NormalisedWindows.Days - 1)], OnnxAttribute.Int("axis", 2));
        var errors = graph.Node("Div", [graph.Node("Mul", [newest, newest]), graph.Constant("scales", scales, scales.Length)]);
        var square = graph.Node("ReduceMean", [graph.Node("Mul", [errors, errors]), graph.Constant("features", 1L)], OnnxAttribute.Int("keepdims", 1));
        graph.Output(Score, graph.Node("Sqrt", [square]), OnnxElementType.Float32, "B", 1);
        graph.Output(Errors, errors, OnnxElementType.Float32, "B", NormalisedWindows.Features);
        return graph.Build();
    }

    private static string Normalised(OnnxGraphBuilder graph, string input, NormalisedWindows normaliser)
    {
        var byFeature = graph.Node("Reshape", [input, graph.Constant("by_feature", -1L, NormalisedWindows.Features, NormalisedWindows.Days)]);
        var days = graph.Constant("days", 2L);
        var past = graph.Node("Slice", [byFeature, graph.Constant("first_day", 0L), graph.Constant("newest_day", NormalisedWindows.Days - 1L), days]);
        var mean = graph.Node("ReduceMean", [past, days], OnnxAttribute.Int("keepdims", 1));
        var deviations = graph.Node("Sub", [past, mean]);
        var variances = graph.Node("ReduceMean", [graph.Node("Mul", [deviations, deviations]), days], OnnxAttribute.Int("keepdims", 1));
        var floored = graph.Node("Add", [variances, graph.Constant("floors", normaliser.Floors, 1, NormalisedWindows.Features, 1)]);
        return graph.Node("Reshape", [graph.Node("Div", [graph.Node("Sub", [byFeature, mean]), graph.Node("Sqrt", [floored])]), graph.Constant("flat", -1L, NormalisedWindows.Size)]);
    }
}
