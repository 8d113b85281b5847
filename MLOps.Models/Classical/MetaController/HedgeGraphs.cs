using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.MetaController;

/// <summary><see cref="Hedge"/> with the scale of its losses, in float64.</summary>
internal static class HedgeGraphs
{
    /// <summary>One round: losses [B,M] and the weights w [B,M] that were held give w_next [B,M] and what the round cost, loss [B,1], both in [0, 1].</summary>
    public static GraphProto Step(int experts, LossScale scale, double learningRate, double share)
    {
        var graph = new OnnxGraphBuilder("hedge");
        var losses = graph.Input("losses", OnnxElementType.Float64, "B", experts);
        var weights = graph.Input("w", OnnxElementType.Float64, "B", experts);
        var (next, loss) = Round(graph, experts, losses, weights, scale, learningRate, share);
        graph.Output("w_next", next, OnnxElementType.Float64, "B", experts);
        graph.Output("loss", loss, OnnxElementType.Float64, "B", 1);
        return graph.Build();
    }

    /// <summary>A whole history from equal weights: losses [T,M] to the weights held in each round w [T,M] and those of the coming one, w_next [M].</summary>
    public static GraphProto Batch(int experts, LossScale scale, double learningRate, double share)
    {
        var body = new OnnxGraphBuilder("round");
        var held = body.Input("held", OnnxElementType.Float64, 1, experts);
        var row = body.Input("row", OnnxElementType.Float64, experts);
        var (next, _) = Round(body, experts, row, held, scale, learningRate, share);
        body.Output("held_next", next, OnnxElementType.Float64, 1, experts);
        body.Output("held_now", body.Node("Reshape", [held, body.Constant("flat", (long)experts)]), OnnxElementType.Float64, experts);

        var graph = new OnnxGraphBuilder("hedge");
        var losses = graph.Input("losses", OnnxElementType.Float64, "T", experts);
        var start = graph.Constant("equal", [.. Enumerable.Repeat(1.0 / experts, experts)], 1, experts);
        var scan = graph.Nodes("Scan", 2, [start, losses], OnnxAttribute.Graph("body", body.Build()), OnnxAttribute.Int("num_scan_inputs", 1));
        graph.Output("w", scan[1], OnnxElementType.Float64, "T", experts);
        graph.Output("w_next", graph.Node("Reshape", [scan[0], graph.Constant("last", (long)experts)]), OnnxElementType.Float64, experts);
        return graph.Build();
    }

    private static (string Next, string Loss) Round(OnnxGraphBuilder graph, int experts, string losses, string weights, LossScale scale, double learningRate, double share)
    {
        var shifted = graph.Node("Div", [graph.Node("Sub", [losses, Scalar("least", scale.Least)]), Scalar("width", scale.Largest - scale.Least)]);
        var scaled = graph.Node("Clip", [shifted, Scalar("zero", 0), Scalar("one", 1)]);
        var axis = graph.Constant("experts_axis", 1L);
        var loss = graph.Node("ReduceSum", [graph.Node("Mul", [weights, scaled]), axis]);
        var grown = graph.Node("Mul", [weights, graph.Node("Exp", [graph.Node("Mul", [scaled, Scalar("rate", -learningRate)])])]);
        var normal = graph.Node("Div", [grown, graph.Node("ReduceSum", [grown, axis])]);
        var kept = graph.Node("Mul", [normal, Scalar("kept", 1 - share)]);
        return (graph.Node("Add", [kept, Scalar("spread", share / experts)]), loss);

        string Scalar(string name, double value) => graph.Constant(name, [value], []);
    }
}
