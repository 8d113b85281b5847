using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.MetaController;

/// <summary><see cref="Hedge"/> as nodes.</summary>
internal sealed class HedgeRound(int experts, double learningRate, double share) : ControllerRound(experts)
{
    public override IReadOnlyList<ControllerState> States => [WeightState];

    public override IController Create() => new Hedge(Experts, learningRate, share);

    public override string[] Write(OnnxGraphBuilder graph, string losses, string[] states)
    {
        var grown = graph.Node("Mul", [states[0], graph.Node("Exp", [graph.Node("Mul", [losses, graph.Constant("rate", [-learningRate], [])])])]);
        var normal = graph.Node("Div", [grown, graph.Node("ReduceSum", [grown, graph.Constant("sum_axis", 1L)])]);
        var kept = graph.Node("Mul", [normal, graph.Constant("kept", [1 - share], [])]);
        return [graph.Node("Add", [kept, graph.Constant("spread", [share / Experts], [])])];
    }
}
