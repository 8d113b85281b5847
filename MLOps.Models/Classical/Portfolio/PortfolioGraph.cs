using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.Portfolio;

/// <summary><see cref="ProjectedGradient"/> as an ONNX Loop in float64: μ [n], Σ [n,n], λ [1] to the weights [n] and how far the last step moved them [1].</summary>
internal static class PortfolioGraph
{
    public static GraphProto Build(BudgetBox box, int steps)
    {
        var graph = new OnnxGraphBuilder("portfolio");
        var means = graph.Input("mu", OnnxElementType.Float64, "n");
        var covariance = graph.Input("sigma", OnnxElementType.Float64, "n", "n");
        var lambda = graph.Input("lambda", OnnxElementType.Float64, 1);
        var pull = graph.Node("Mul", [lambda, means]);
        var rowSums = graph.Node("ReduceSum", [graph.Node("Abs", [covariance]), graph.Constant("columns", 1L)], OnnxAttribute.Int("keepdims", 0));
        var step = graph.Node("Reciprocal", [Reduce(graph, "ReduceMax", rowSums)]);

        var start = Project(graph, "start", graph.Node("Sub", [means, means]), box);
        var one = graph.Constant("one", [1.0], []);
        var loop = graph.Nodes(
            "Loop",
            4,
            [graph.Scalar("steps", steps), graph.Scalar("go", true), start, start, one, graph.Constant("unmoved", [double.PositiveInfinity], [])],
            OnnxAttribute.Graph("body", Body(box, covariance, pull, step)));
        graph.Output("w", loop[0], OnnxElementType.Float64, "n");
        graph.Output("moved", graph.Node("Reshape", [loop[3], graph.Constant("single", 1L)]), OnnxElementType.Float64, 1);
        return graph.Build();
    }

    private static GraphProto Body(BudgetBox box, string covariance, string pull, string step)
    {
        var body = new OnnxGraphBuilder("descent");
        body.Input("step_number", OnnxElementType.Int64);
        body.Input("going", OnnxElementType.Boolean);
        var weights = body.Input("weights", OnnxElementType.Float64, "n");
        var point = body.Input("point", OnnxElementType.Float64, "n");
        var momentum = body.Input("momentum", OnnxElementType.Float64);
        body.Input("moved_before", OnnxElementType.Float64);

        var gradient = body.Node("Sub", [body.Node("MatMul", [covariance, point]), pull]);
        var next = Project(body, "descent", body.Node("Sub", [point, body.Node("Mul", [step, gradient])]), box);
        var back = body.Node("Sub", [point, next]);
        var ahead = body.Node("Sub", [next, weights]);
        var moved = Reduce(body, "ReduceMax", body.Node("Abs", [back]));
        var (zero, one) = (body.Constant("no", [0.0], []), body.Constant("unit", [1.0], []));
        var uphill = body.Node("Greater", [Reduce(body, "ReduceSum", body.Node("Mul", [back, ahead])), zero]);
        var squares = body.Node("Mul", [body.Node("Mul", [momentum, momentum]), body.Constant("four", [4.0], [])]);
        var grown = body.Node("Mul", [body.Node("Add", [one, body.Node("Sqrt", [body.Node("Add", [one, squares])])]), body.Constant("half", [0.5], [])]);
        var following = body.Node("Where", [uphill, one, grown]);
        var carried = body.Node("Where", [uphill, zero, body.Node("Div", [body.Node("Sub", [momentum, one]), following])]);

        body.Output("go_on", body.Node("Greater", [moved, body.Constant("tolerance", [ProjectedGradient.Tolerance], [])]), OnnxElementType.Boolean);
        body.Output("next_weights", next, OnnxElementType.Float64, "n");
        body.Output("next_point", body.Node("Add", [next, body.Node("Mul", [carried, ahead])]), OnnxElementType.Float64, "n");
        body.Output("next_momentum", following, OnnxElementType.Float64);
        body.Output("moved_now", moved, OnnxElementType.Float64);
        return body.Build();
    }

    /// <summary>The twin of <see cref="BudgetBox.Project"/>.</summary>
    private static string Project(OnnxGraphBuilder graph, string place, string point, BudgetBox box)
    {
        var (far, near) = (Scalar("far", double.MaxValue), Scalar("near", double.MinValue));
        var (lower, upper, zero) = (Scalar("lower", box.Lower), Scalar("upper", box.Upper), Scalar("nothing", 0));
        var rows = graph.Constant($"{place}_rows", 1L);
        var corners = graph.Node("Concat", [graph.Node("Sub", [point, lower]), graph.Node("Sub", [point, upper])], OnnxAttribute.Int("axis", 0));
        var column = graph.Node("Unsqueeze", [corners, rows]);
        var cut = graph.Node("Clip", [graph.Node("Sub", [point, column]), lower, upper]);
        var sums = graph.Node("ReduceSum", [cut, rows], OnnxAttribute.Int("keepdims", 0));
        var excess = graph.Node("Sub", [sums, Scalar("budget", 1)]);
        var above = graph.Node("GreaterOrEqual", [excess, graph.Node("Min", [zero, Reduce(graph, "ReduceMax", excess)])]);
        var below = graph.Node("LessOrEqual", [excess, graph.Node("Max", [zero, Reduce(graph, "ReduceMin", excess)])]);
        var from = Reduce(graph, "ReduceMax", graph.Node("Where", [above, corners, near]));
        var to = Reduce(graph, "ReduceMin", graph.Node("Where", [below, corners, far]));
        var most = Reduce(graph, "ReduceMin", graph.Node("Where", [above, excess, far]));
        var least = Reduce(graph, "ReduceMax", graph.Node("Where", [below, excess, near]));
        var gap = graph.Node("Max", [graph.Node("Sub", [most, least]), Scalar("tiny", 1e-300)]);
        var share = graph.Node("Clip", [graph.Node("Div", [most, gap]), zero, Scalar("whole", 1)]);
        var threshold = graph.Node("Add", [from, graph.Node("Mul", [share, graph.Node("Sub", [to, from])])]);
        return graph.Node("Clip", [graph.Node("Sub", [point, threshold]), lower, upper]);

        string Scalar(string name, double value) => graph.Constant($"{place}_{name}", [value], []);
    }

    private static string Reduce(OnnxGraphBuilder graph, string operatorType, string vector) =>
        graph.Node(operatorType, [vector], OnnxAttribute.Int("keepdims", 0));
}
