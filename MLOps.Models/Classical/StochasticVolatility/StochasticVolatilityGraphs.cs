using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.StochasticVolatility;

/// <summary>The filter as a step and over a whole history, in float64.</summary>
internal sealed class StochasticVolatilityGraphs(LogSquares squares, double phi, double variance, double level)
{
    /// <summary>Today's return y, and what was expected of today: log-variance h and its uncertainty p, all [B,1]; gives the filtered log_h, tomorrow's h_next and p_next and its expected variance_next.</summary>
    public GraphProto Step()
    {
        var graph = new OnnxGraphBuilder("step");
        var day = Day(graph, graph.Input("y", OnnxElementType.Float64, "B", 1), graph.Input("h", OnnxElementType.Float64, "B", 1), graph.Input("p", OnnxElementType.Float64, "B", 1));
        graph.Output("h_next", day.Next, OnnxElementType.Float64, "B", 1);
        graph.Output("p_next", day.Uncertainty, OnnxElementType.Float64, "B", 1);
        graph.Output("log_h", day.Filtered, OnnxElementType.Float64, "B", 1);
        var expected = graph.Node("Add", [day.Next, graph.Node("Mul", [day.Uncertainty, graph.Constant("half", [0.5], [])])]);
        graph.Output("variance_next", graph.Node("Exp", [expected]), OnnxElementType.Float64, "B", 1);
        return graph.Build();
    }

    /// <summary>y [T] gives the filtered log_h [T], and before each day the expected variance [T] of it.</summary>
    public GraphProto Batch()
    {
        var body = new OnnxGraphBuilder("day");
        var (h, p) = (body.Input("day_h", OnnxElementType.Float64), body.Input("day_p", OnnxElementType.Float64));
        var day = Day(body, body.Input("day_y", OnnxElementType.Float64), h, p);
        body.Output("day_h_next", day.Next, OnnxElementType.Float64);
        body.Output("day_p_next", day.Uncertainty, OnnxElementType.Float64);
        body.Output("day_log_h", day.Filtered, OnnxElementType.Float64);
        body.Output("day_variance", body.Node("Exp", [body.Node("Add", [h, body.Node("Mul", [p, body.Constant("half", [0.5], [])])])]), OnnxElementType.Float64);

        var graph = new OnnxGraphBuilder("batch");
        var series = graph.Input("y", OnnxElementType.Float64, "T");
        var scan = graph.Nodes(
            "Scan",
            4,
            [graph.Constant("h_first", [level], []), graph.Constant("p_first", [variance / (1 - (phi * phi))], []), series],
            OnnxAttribute.Graph("body", body.Build()),
            OnnxAttribute.Int("num_scan_inputs", 1));
        graph.Output("log_h", scan[2], OnnxElementType.Float64, "T");
        graph.Output("variance", scan[3], OnnxElementType.Float64, "T");
        graph.Output("h_next", scan[0], OnnxElementType.Float64);
        graph.Output("p_next", scan[1], OnnxElementType.Float64);
        return graph.Build();
    }

    private (string Filtered, string Next, string Uncertainty) Day(OnnxGraphBuilder graph, string y, string h, string p)
    {
        string Number(string name, double value) => graph.Constant(name, [value], []);
        var zero = Number("zero", 0);
        var one = Number("one", 1);
        var deviation = graph.Node("Sub", [y, Number("mean", squares.Mean)]);
        var offset = Number("offset", squares.Offset);
        var square = graph.Node("Add", [graph.Node("Mul", [deviation, deviation]), offset]);

        // A return that is the mean itself has no logarithm: the gain is 0 then.
        var says = graph.Node("Greater", [square, zero]);
        var safe = graph.Node("Where", [says, square, one]);
        var x = graph.Node("Sub", [graph.Node("Log", [safe]), graph.Node("Div", [offset, safe])]);
        var gain = graph.Node("Where", [says, graph.Node("Div", [p, graph.Node("Add", [p, Number("noise", LogSquares.VarianceOfNoise)])]), zero]);
        var surprise = graph.Node("Sub", [graph.Node("Sub", [x, Number("noise_mean", LogSquares.MeanOfNoise)]), h]);
        var filtered = graph.Node("Add", [h, graph.Node("Mul", [gain, surprise])]);
        var centre = Number("level", level);
        var next = graph.Node("Add", [centre, graph.Node("Mul", [Number("phi", phi), graph.Node("Sub", [filtered, centre])])]);
        var left = graph.Node("Mul", [graph.Node("Mul", [Number("phi_squared", phi * phi), graph.Node("Sub", [one, gain])]), p]);
        return (filtered, next, graph.Node("Add", [left, Number("variance", variance)]));
    }
}
