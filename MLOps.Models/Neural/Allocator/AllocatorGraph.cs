using MLOps.Models.Neural.Allocator.Ppo;
using MLOps.Models.Neural.Layers;
using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Neural.Allocator;

/// <summary>The policy as an ONNX graph: raw state [B, 24] to weights [B, A], scaler and softmax included.</summary>
internal static class AllocatorGraph
{
    public const string Input = "state";
    public const string Output = "weights";

    public static GraphProto Build(ActorCritic network, float[] means, float[] deviations, int assets)
    {
        var graph = new OnnxGraphBuilder("allocator");
        var layers = new NetworkGraph(graph, network);
        var state = graph.Input(Input, OnnxElementType.Float32, "B", means.Length);
        var centred = graph.Node("Sub", [state, graph.Constant("means", means, means.Length)]);
        var scaled = graph.Node("Div", [centred, graph.Constant("deviations", deviations, deviations.Length)]);
        var first = graph.Node("Tanh", [layers.Dense(scaled, "_first")]);
        var second = graph.Node("Tanh", [layers.Dense(first, "_second")]);
        graph.Output(Output, graph.Node("Softmax", [layers.Dense(second, "_logits")], OnnxAttribute.Int("axis", 1)), OnnxElementType.Float32, "B", assets);
        return graph.Build();
    }
}
