using MLOps.Models.Features;
using MLOps.Models.Neural.Layers;
using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Neural.Drawdown;

/// <summary>The network as an ONNX graph: raw features [B, 64, 8] to the probabilities [B, 3], scaler included.</summary>
internal static class DrawdownGraph
{
    public const string Input = "input";
    public const string Output = "probabilities";

    public static GraphProto Build(DrawdownNetwork network, FeatureScaler scaler, int thresholds)
    {
        var features = scaler.Means.Length;
        var graph = new OnnxGraphBuilder("drawdown");
        var layers = new NetworkGraph(graph, network);
        var input = graph.Input(Input, OnnxElementType.Float32, "B", DailyFeatures.WindowLength, features);
        var centred = graph.Node("Sub", [input, graph.Constant("means", scaler.Means, features)]);
        var scaled = graph.Node("Div", [centred, graph.Constant("deviations", scaler.Deviations, features)]);
        var conditional = graph.Node("Sigmoid", [layers.Dense(layers.Lstm(scaled, "_lstm").Hidden, "_head")]);
        var probabilities = new string[thresholds];
        for (var threshold = 0; threshold < thresholds; threshold++)
        {
            var column = graph.Node("Gather", [conditional, graph.Constant(FormattableString.Invariant($"threshold_{threshold}"), threshold)], OnnxAttribute.Int("axis", 1));
            probabilities[threshold] = threshold == 0 ? column : graph.Node("Mul", [probabilities[threshold - 1], column]);
        }

        graph.Output(Output, graph.Node("Concat", probabilities, OnnxAttribute.Int("axis", 1)), OnnxElementType.Float32, "B", thresholds);
        return graph.Build();
    }
}
