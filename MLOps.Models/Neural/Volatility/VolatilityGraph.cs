using MLOps.Models.Features;
using MLOps.Models.Neural.Layers;
using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Neural.Volatility;

/// <summary>The network as an ONNX graph: raw features [B, 22, 4] to tomorrow's variance [B, 1], scaler included.</summary>
internal static class VolatilityGraph
{
    public const string Input = "input";
    public const string Output = "rv_next";

    public static GraphProto Build(VolatilityNetwork network, FeatureScaler scaler)
    {
        var features = scaler.Means.Length;
        var graph = new OnnxGraphBuilder("volatility");
        var layers = new NetworkGraph(graph, network);
        var input = graph.Input(Input, OnnxElementType.Float32, "B", VolatilityFeatures.WindowLength, features);
        var centred = graph.Node("Sub", [input, graph.Constant("means", scaler.Means, features)]);
        var scaled = graph.Node("Div", [centred, graph.Constant("deviations", scaler.Deviations, features)]);
        var newest = graph.Node("Gather", [scaled, graph.Scalar("newest", VolatilityFeatures.WindowLength - 1)], OnnxAttribute.Int("axis", 1));
        var added = layers.Dense(layers.Lstm(scaled, "_lstm").Hidden, "_head");
        graph.Output(Output, graph.Node("Exp", [graph.Node("Add", [layers.Dense(newest, "_line"), added])]), OnnxElementType.Float32, "B", 1);
        return graph.Build();
    }
}
