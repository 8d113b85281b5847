using System.Globalization;
using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.MetaController;

/// <summary>The two graphs of a controller with the scale of its losses, in float64.</summary>
internal static class ControllerGraphs
{
    /// <summary>One round: losses [B,M] and the states, the weights w [B,M] that were held first of all, give the next states and what the round cost, loss [B,1] in [0, 1].</summary>
    public static GraphProto Step(ControllerRound round, LossScale scale)
    {
        var graph = new OnnxGraphBuilder("controller");
        var losses = graph.Input("losses", OnnxElementType.Float64, "B", round.Experts);
        string[] states = [.. round.States.Select(state => graph.Input(state.Name, OnnxElementType.Float64, "B", state.Width))];
        var scaled = Scaled(graph, losses, scale);
        var next = round.Write(graph, scaled, states);
        foreach (var (state, value) in round.States.Zip(next))
        {
            graph.Output(state.Next, value, OnnxElementType.Float64, "B", state.Width);
        }

        var loss = graph.Node("ReduceSum", [graph.Node("Mul", [states[0], scaled]), graph.Constant("loss_axis", 1L)]);
        graph.Output("loss", loss, OnnxElementType.Float64, "B", 1);
        return graph.Build();
    }

    /// <summary>A whole history from equal weights: losses [T,M] to the weights held in each round w [T,M] and those of the coming one, w_next [M].</summary>
    public static GraphProto Batch(ControllerRound round, LossScale scale)
    {
        var body = new OnnxGraphBuilder("round");
        string[] held = [.. round.States.Select(state => body.Input($"{state.Name}_held", OnnxElementType.Float64, 1, state.Width))];
        var row = body.Input("row", OnnxElementType.Float64, round.Experts);
        var next = round.Write(body, Scaled(body, row, scale), held);
        foreach (var (state, value) in round.States.Zip(next))
        {
            body.Output($"{state.Name}_then", value, OnnxElementType.Float64, 1, state.Width);
        }

        body.Output("w_now", body.Node("Reshape", [held[0], body.Constant("flat", (long)round.Experts)]), OnnxElementType.Float64, round.Experts);
        var graph = new OnnxGraphBuilder("controller");
        var losses = graph.Input("losses", OnnxElementType.Float64, "T", round.Experts);
        string[] starts = [.. round.States.Select(state => graph.Constant($"{state.Name}_start", [.. Enumerable.Repeat(state.Initial, state.Width)], 1, state.Width))];
        var scan = graph.Nodes("Scan", starts.Length + 1, [.. starts, losses], OnnxAttribute.Graph("body", body.Build()), OnnxAttribute.Int("num_scan_inputs", 1));
        graph.Output("w", scan[^1], OnnxElementType.Float64, "T", round.Experts);
        graph.Output("w_next", graph.Node("Reshape", [scan[0], graph.Constant("last", (long)round.Experts)]), OnnxElementType.Float64, round.Experts);
        return graph.Build();
    }

    /// <summary>The states' line of metadata by which a server keeps them.</summary>
    public static string StateLinks(ControllerRound round) =>
        string.Join("; ", round.States.Select(state => string.Create(CultureInfo.InvariantCulture, $"{state.Next} -> {state.Name} = {state.Initial:R}")));

    private static string Scaled(OnnxGraphBuilder graph, string losses, LossScale scale)
    {
        var shifted = graph.Node("Div", [graph.Node("Sub", [losses, Scalar("least", scale.Least)]), Scalar("width", scale.Largest - scale.Least)]);
        return graph.Node("Clip", [shifted, Scalar("zero", 0), Scalar("one", 1)]);

        string Scalar(string name, double value) => graph.Constant(name, [value], []);
    }
}
