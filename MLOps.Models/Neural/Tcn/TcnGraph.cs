using System.Globalization;
using MLOps.Models.Features;
using MLOps.Models.Neural.Layers;
using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Neural.Tcn;

/// <summary>The network as an ONNX graph: raw features [B, 8, 64] to probabilities [B, 3], scaler and softmax included.</summary>
internal static class TcnGraph
{
    public const string Input = "input";
    public const string Output = "probabilities";

    public static GraphProto Build(TcnNetwork network, FeatureScaler scaler, int classes)
    {
        var features = scaler.Means.Length;
        var graph = new OnnxGraphBuilder("tcn");
        var layers = new NetworkGraph(graph, network);
        var input = graph.Input(Input, OnnxElementType.Float32, "B", features, DailyFeatures.WindowLength);
        var centred = graph.Node("Sub", [input, graph.Constant("means", scaler.Means, 1, features, 1)]);
        var scaled = graph.Node("Div", [centred, graph.Constant("deviations", scaler.Deviations, 1, features, 1)]);
        var hidden = layers.CausalConvolution(scaled, "_entry");
        for (var i = 0; i < network.Dilations.Count; i++)
        {
            var convolved = layers.CausalConvolution(hidden, string.Create(CultureInfo.InvariantCulture, $"_convolutions.{i}"), network.Dilations[i]);
            hidden = graph.Node("Add", [hidden, graph.Node("Relu", [convolved])]);
        }

        var last = graph.Node("Gather", [hidden, graph.Constant("last", DailyFeatures.WindowLength - 1)], OnnxAttribute.Int("axis", 2));
        var logits = layers.Dense(graph.Node("Flatten", [last], OnnxAttribute.Int("axis", 1)), "_head");
        graph.Output(Output, graph.Node("Softmax", [logits], OnnxAttribute.Int("axis", 1)), OnnxElementType.Float32, "B", classes);
        return graph.Build();
    }
}
