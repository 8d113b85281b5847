using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.Hawkes;

/// <summary>From event to event as a step, and a whole history, in float64.</summary>
internal sealed class HawkesGraphs(HawkesProcess process)
{
    /// <summary>Time dt since the last event and the excitation just after it, both [B,1], give the intensity now, the excitation_next if an event comes now, and the residual ∫λ since the last event.</summary>
    public GraphProto Step()
    {
        var graph = new OnnxGraphBuilder("step");
        var step = Event(graph, graph.Input("dt", OnnxElementType.Float64, "B", 1), graph.Input("excitation", OnnxElementType.Float64, "B", 1));
        graph.Output("intensity", step.Intensity, OnnxElementType.Float64, "B", 1);
        graph.Output("excitation_next", step.Excitation, OnnxElementType.Float64, "B", 1);
        graph.Output("residual", step.Residual, OnnxElementType.Float64, "B", 1);
        return graph.Build();
    }

    /// <summary>Gaps dt [T] between T+1 events give intensity [T] just before and residual [T] up to each event but the first, and excitation_next after the last.</summary>
    public GraphProto Batch()
    {
        var body = new OnnxGraphBuilder("event");
        var excitation = body.Input("event_excitation", OnnxElementType.Float64);
        var step = Event(body, body.Input("event_dt", OnnxElementType.Float64), excitation);
        body.Output("event_excitation_next", step.Excitation, OnnxElementType.Float64);
        body.Output("event_intensity", step.Intensity, OnnxElementType.Float64);
        body.Output("event_residual", step.Residual, OnnxElementType.Float64);

        var graph = new OnnxGraphBuilder("batch");
        var gaps = graph.Input("dt", OnnxElementType.Float64, "T");
        var scan = graph.Nodes(
            "Scan",
            3,
            [graph.Constant("excitation_first", [HawkesProcess.FirstExcitation], []), gaps],
            OnnxAttribute.Graph("body", body.Build()),
            OnnxAttribute.Int("num_scan_inputs", 1));
        graph.Output("intensity", scan[1], OnnxElementType.Float64, "T");
        graph.Output("residual", scan[2], OnnxElementType.Float64, "T");
        graph.Output("excitation_next", scan[0], OnnxElementType.Float64);
        return graph.Build();
    }

    private (string Intensity, string Excitation, string Residual) Event(OnnxGraphBuilder graph, string gap, string excitation)
    {
        string Number(string name, double value) => graph.Constant(name, [value], []);
        var one = Number("one", 1);
        var decay = graph.Node("Exp", [graph.Node("Mul", [gap, Number("minus_beta", -process.Beta)])]);
        var before = graph.Node("Mul", [excitation, decay]);
        var mu = Number("mu", process.Mu);
        var lost = graph.Node("Mul", [excitation, graph.Node("Sub", [one, decay])]);
        return (
            graph.Node("Add", [mu, graph.Node("Mul", [Number("alpha", process.Alpha), before])]),
            graph.Node("Add", [before, one]),
            graph.Node("Add", [graph.Node("Mul", [mu, gap]), graph.Node("Mul", [Number("branching", process.Branching), lost])]));
    }
}
