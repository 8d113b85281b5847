using System.Globalization;
using MLOps.Models.Features;
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
        var weights = network.Weights().ToDictionary(weight => weight.Name, weight => (weight.Values, weight.Shape));
        var features = scaler.Means.Length;
        var graph = new OnnxGraphBuilder("tcn");
        var input = graph.Input(Input, OnnxElementType.Float32, "B", features, DailyFeatures.WindowLength);
        var centred = graph.Node("Sub", [input, graph.Constant("means", scaler.Means, 1, features, 1)]);
        var scaled = graph.Node("Div", [centred, graph.Constant("deviations", scaler.Deviations, 1, features, 1)]);
        var hidden = graph.Node("Conv", [scaled, Weight("_entry.weight"), Weight("_entry.bias")], OnnxAttribute.Ints("kernel_shape", 1));
        for (var i = 0; i < network.Dilations.Count; i++)
        {
            var dilation = network.Dilations[i];
            var name = string.Create(CultureInfo.InvariantCulture, $"_convolutions.{i}");
            var convolved = graph.Node(
                "Conv",
                [hidden, Weight(name + ".weight"), Weight(name + ".bias")],
                OnnxAttribute.Ints("kernel_shape", TcnNetwork.KernelSize),
                OnnxAttribute.Ints("dilations", dilation),
                OnnxAttribute.Ints("pads", (TcnNetwork.KernelSize - 1) * dilation, 0));
            hidden = graph.Node("Add", [hidden, graph.Node("Relu", [convolved])]);
        }

        var last = graph.Node("Gather", [hidden, graph.Constant("last", DailyFeatures.WindowLength - 1)], OnnxAttribute.Int("axis", 2));
        var flat = graph.Node("Flatten", [last], OnnxAttribute.Int("axis", 1));
        var logits = graph.Node("Gemm", [flat, Weight("_head.weight"), Weight("_head.bias")], OnnxAttribute.Int("transB", 1));
        graph.Output(Output, graph.Node("Softmax", [logits], OnnxAttribute.Int("axis", 1)), OnnxElementType.Float32, "B", classes);
        return graph.Build();

        string Weight(string name) => graph.Constant(name, weights[name].Values, weights[name].Shape);
    }
}
