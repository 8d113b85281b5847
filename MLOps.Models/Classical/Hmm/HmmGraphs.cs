using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.Hmm;

/// <summary>The forward filter as a step and over a whole history, in float64; in logarithms until the last moment, so that no value is too unlikely to be filtered.</summary>
internal sealed class HmmGraphs(GaussianHmm hmm)
{
    /// <summary>Today's y [B,1] and the states' probabilities before it, prior [B,K], give those after it, p [B,K], tomorrow's prior_next [B,K], and ln p(y | before) as loglik [B,1].</summary>
    public GraphProto Step()
    {
        var graph = new OnnxGraphBuilder("step");
        var y = graph.Input("y", OnnxElementType.Float64, "B", 1);
        var day = Day(graph, y, graph.Input("prior", OnnxElementType.Float64, "B", hmm.States));
        graph.Output("p", day.Filtered, OnnxElementType.Float64, "B", hmm.States);
        graph.Output("prior_next", day.Next, OnnxElementType.Float64, "B", hmm.States);
        graph.Output("loglik", day.LogDensity, OnnxElementType.Float64, "B", 1);
        return graph.Build();
    }

    /// <summary>y [T] gives p [T,K], ln p(y[t] | before) as log_densities [T], their sum loglik [], and the prior_next [K] of the day after. Begins with the fitted start.</summary>
    public GraphProto Batch()
    {
        var body = new OnnxGraphBuilder("day");
        var prior = body.Input("day_prior", OnnxElementType.Float64, hmm.States);
        var day = Day(body, body.Input("day_y", OnnxElementType.Float64), prior);
        body.Output("day_prior_next", day.Next, OnnxElementType.Float64, hmm.States);
        body.Output("day_p", day.Filtered, OnnxElementType.Float64, hmm.States);
        body.Output("day_loglik", day.LogDensity, OnnxElementType.Float64, 1);

        var graph = new OnnxGraphBuilder("batch");
        var series = graph.Input("y", OnnxElementType.Float64, "T");
        var scan = graph.Nodes(
            "Scan",
            3,
            [graph.Constant("start", [.. hmm.Start], hmm.States), series],
            OnnxAttribute.Graph("body", body.Build()),
            OnnxAttribute.Int("num_scan_inputs", 1));
        graph.Output("p", scan[1], OnnxElementType.Float64, "T", hmm.States);
        var densities = graph.Node("Reshape", [scan[2], graph.Constant("flat", -1L)]);
        graph.Output("log_densities", densities, OnnxElementType.Float64, "T");
        graph.Output("loglik", graph.Node("ReduceSum", [densities], OnnxAttribute.Int("keepdims", 0)), OnnxElementType.Float64);
        graph.Output("prior_next", scan[0], OnnxElementType.Float64, hmm.States);
        return graph.Build();
    }

    private (string Filtered, string Next, string LogDensity) Day(OnnxGraphBuilder graph, string y, string prior)
    {
        string Row(string name, IEnumerable<double> values) => graph.Constant(name, [.. values], hmm.States);
        var deviation = graph.Node("Sub", [y, Row("means", hmm.Means)]);
        var squares = graph.Node("Mul", [graph.Node("Mul", [deviation, deviation]), Row("precisions", hmm.Variances.Select(variance => -0.5 / variance))]);
        var densities = graph.Node("Add", [squares, Row("normalisers", hmm.Variances.Select(variance => -0.5 * Math.Log(2 * Math.PI * variance)))]);
        var joint = graph.Node("Add", [graph.Node("Log", [prior]), densities]);
        var states = graph.Constant("states", -1L);
        var largest = graph.Node("ReduceMax", [joint, states], OnnxAttribute.Int("keepdims", 1));
        var weights = graph.Node("Exp", [graph.Node("Sub", [joint, largest])]);
        var sum = graph.Node("ReduceSum", [weights, states], OnnxAttribute.Int("keepdims", 1));
        var filtered = graph.Node("Div", [weights, sum]);
        var transition = graph.Constant("transition", [.. hmm.Transition.SelectMany(row => row)], hmm.States, hmm.States);
        return (filtered, graph.Node("MatMul", [filtered, transition]), graph.Node("Add", [largest, graph.Node("Log", [sum])]));
    }
}
