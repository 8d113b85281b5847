using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.Garch;

/// <summary>The two graphs of a conditional-variance model, in float64.</summary>
internal static class GarchGraphs
{
    /// <summary>One day for B series at once: today's return y [B,1] and today's variance h [B,1] (yesterday's h_next) give h_next [B,1], its root, and today's standardised residual z [B,1].</summary>
    public static GraphProto Step(VarianceRecursion recursion, ReadOnlySpan<double> theta)
    {
        var graph = new OnnxGraphBuilder("step");
        var y = graph.Input("y", OnnxElementType.Float64, "B", 1);
        var h = graph.Input("h", OnnxElementType.Float64, "B", 1);
        var residual = Residual(graph, theta, y);
        var next = recursion.WriteStep(graph, theta, residual, h);
        graph.Output("h_next", next, OnnxElementType.Float64, "B", 1);
        graph.Output("volatility_next", graph.Node("Sqrt", [next]), OnnxElementType.Float64, "B", 1);
        graph.Output("z", graph.Node("Div", [residual, graph.Node("Sqrt", [h])]), OnnxElementType.Float64, "B", 1);
        return graph.Build();
    }

    /// <summary>A whole history: y [T] gives h [T] and the forecast h_next [] after its last day. Starts from training's first variance, so no h depends on a later y.</summary>
    public static GraphProto Batch(VarianceRecursion recursion, ReadOnlySpan<double> theta, double firstVariance)
    {
        var body = new OnnxGraphBuilder("day");
        var h = body.Input("day_h", OnnxElementType.Float64);
        var y = body.Input("day_y", OnnxElementType.Float64);
        body.Output("day_h_next", recursion.WriteStep(body, theta, Residual(body, theta, y), h), OnnxElementType.Float64);
        body.Output("day_h_out", h, OnnxElementType.Float64);

        var graph = new OnnxGraphBuilder("batch");
        var series = graph.Input("y", OnnxElementType.Float64, "T");
        var scan = graph.Nodes(
            "Scan",
            2,
            [graph.Constant("h_first", [firstVariance], []), series],
            OnnxAttribute.Graph("body", body.Build()),
            OnnxAttribute.Int("num_scan_inputs", 1));
        graph.Output("h", scan[1], OnnxElementType.Float64, "T");
        graph.Output("h_next", scan[0], OnnxElementType.Float64);
        return graph.Build();
    }

    private static string Residual(OnnxGraphBuilder graph, ReadOnlySpan<double> theta, string y) =>
        graph.Node("Sub", [y, graph.Constant("mu", [theta[0]], [])]);
}
