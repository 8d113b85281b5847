using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.KalmanPairs;

/// <summary>The filter as a step and over a whole history, in float64.</summary>
internal sealed class HedgeGraphs(HedgeFilter filter)
{
    /// <summary>Today's y and x [B,1] and the state before: beta [B,2] (intercept, hedge ratio) and covariance [B,3] (of the intercept, of both, of the ratio); gives the state after, the spread [B,1] and its z [B,1].</summary>
    public GraphProto Step()
    {
        var graph = new OnnxGraphBuilder("step");
        var (y, x) = (graph.Input("y", OnnxElementType.Float64, "B", 1), graph.Input("x", OnnxElementType.Float64, "B", 1));
        var row = Row(graph, y, x, graph.Input("beta", OnnxElementType.Float64, "B", 2), graph.Input("covariance", OnnxElementType.Float64, "B", 3), 1);
        graph.Output("beta_next", row.Beta, OnnxElementType.Float64, "B", 2);
        graph.Output("covariance_next", row.Covariance, OnnxElementType.Float64, "B", 3);
        graph.Output("spread", row.Spread, OnnxElementType.Float64, "B", 1);
        graph.Output("z", row.Z, OnnxElementType.Float64, "B", 1);
        return graph.Build();
    }

    /// <summary>y [T] and x [T] give beta [T,2] after each row, z [T] and log_densities [T], and the state after the last.</summary>
    public GraphProto Batch()
    {
        var body = new OnnxGraphBuilder("row");
        var (beta, covariance) = (body.Input("row_beta", OnnxElementType.Float64, 2), body.Input("row_covariance", OnnxElementType.Float64, 3));
        var row = Row(body, body.Input("row_y", OnnxElementType.Float64), body.Input("row_x", OnnxElementType.Float64), beta, covariance, 0);
        body.Output("row_beta_next", row.Beta, OnnxElementType.Float64, 2);
        body.Output("row_covariance_next", row.Covariance, OnnxElementType.Float64, 3);
        body.Output("row_beta_out", row.Beta, OnnxElementType.Float64, 2);
        body.Output("row_spread", row.Spread, OnnxElementType.Float64, 1);
        body.Output("row_variance", row.Variance, OnnxElementType.Float64, 1);

        var graph = new OnnxGraphBuilder("batch");
        var (y, x) = (graph.Input("y", OnnxElementType.Float64, "T"), graph.Input("x", OnnxElementType.Float64, "T"));
        var scan = graph.Nodes(
            "Scan",
            5,
            [graph.Constant("beta_first", filter.Start.Beta, 2), graph.Constant("covariance_first", filter.Start.Matrix, 3), y, x],
            OnnxAttribute.Graph("body", body.Build()),
            OnnxAttribute.Int("num_scan_inputs", 2));
        var flat = graph.Constant("flat", -1L);
        var spread = graph.Node("Reshape", [scan[3], flat]);
        var variance = graph.Node("Reshape", [scan[4], flat]);
        graph.Output("beta", scan[2], OnnxElementType.Float64, "T", 2);
        graph.Output("spread", spread, OnnxElementType.Float64, "T");
        graph.Output("spread_variance", variance, OnnxElementType.Float64, "T");
        graph.Output("z", graph.Node("Div", [spread, graph.Node("Sqrt", [variance])]), OnnxElementType.Float64, "T");
        graph.Output("beta_next", scan[0], OnnxElementType.Float64, 2);
        graph.Output("covariance_next", scan[1], OnnxElementType.Float64, 3);
        return graph.Build();
    }

    private (string Beta, string Covariance, string Spread, string Variance, string Z) Row(OnnxGraphBuilder graph, string y, string x, string beta, string covariance, int axis)
    {
        string Add(string a, string b) => graph.Node("Add", [a, b]);
        string Subtract(string a, string b) => graph.Node("Sub", [a, b]);
        string Multiply(string a, string b) => graph.Node("Mul", [a, b]);
        var along = OnnxAttribute.Int("axis", axis);
        var state = graph.Nodes("Split", 2, [beta, graph.Constant("ones2", 1L, 1L)], along);
        var matrix = graph.Nodes("Split", 3, [covariance, graph.Constant("ones3", 1L, 1L, 1L)], along);
        var q = graph.Constant("q", [filter.Q], []);
        var (p00, p11) = (Add(matrix[0], q), Add(matrix[2], q));
        var c0 = Add(p00, Multiply(matrix[1], x));
        var c1 = Add(matrix[1], Multiply(p11, x));
        var variance = Add(Add(c0, Multiply(c1, x)), graph.Constant("r", [filter.R], []));
        var spread = Subtract(Subtract(y, state[0]), Multiply(state[1], x));
        var (g0, g1) = (graph.Node("Div", [c0, variance]), graph.Node("Div", [c1, variance]));
        return (
            graph.Node("Concat", [Add(state[0], Multiply(g0, spread)), Add(state[1], Multiply(g1, spread))], along),
            graph.Node("Concat", [Subtract(p00, Multiply(g0, c0)), Subtract(matrix[1], Multiply(g0, c1)), Subtract(p11, Multiply(g1, c1))], along),
            spread,
            variance,
            graph.Node("Div", [spread, graph.Node("Sqrt", [variance])]));
    }
}
