using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.MetaController;

/// <summary><see cref="LinUcb"/> as nodes. What is carried of each arm's inverse is its difference from that of nothing learnt, so that every state begins with one number.</summary>
internal sealed class LinUcbRound(int experts, double exploration, double ridge) : ControllerRound(experts)
{
    private const int Features = LinUcb.Features;

    public override IReadOnlyList<ControllerState> States =>
    [
        WeightState,
        new("fast", Experts, LinUcb.Start),
        new("slow", Experts, LinUcb.Start),
        new("inverse", Experts * Features * Features, 0),
        new("pulls", Experts * Features, 0),
    ];

    public override IController Create() => new LinUcb(Experts, exploration, ridge);

    public override string[] Write(OnnxGraphBuilder graph, string losses, string[] states)
    {
        var one = graph.Constant("whole", [1.0], []);
        var nothing = graph.Constant("nothing_learnt", [1 / ridge, 0, 0, 0, 1 / ridge, 0, 0, 0, 1 / ridge], 1, 1, Features, Features);
        var (matrices, columns, rows) = (graph.Constant("matrices", -1, Experts, Features, Features), graph.Constant("columns", -1, Experts, Features, 1), graph.Constant("rows", -1, Experts, 1, Features));
        var singles = graph.Constant("singles", -1, Experts, 1, 1);

        // Learn from the round by Sherman and Morrison, each arm by its weight.
        var context = Reshape(Context(states[1], states[2]), columns);
        var image = graph.Node("MatMul", [Inverse(states[3]), context]);
        var weight = Reshape(states[0], singles);
        var divisor = graph.Node("Add", [one, graph.Node("Mul", [weight, graph.Node("MatMul", [Reshape(context, rows), image])])]);
        var change = graph.Node("Div", [graph.Node("Mul", [weight, graph.Node("MatMul", [image, Reshape(image, rows)])]), divisor]);
        var inverse = graph.Node("Sub", [states[3], Flat("inverse_row", change, Features * Features)]);
        var reward = Reshape(graph.Node("Sub", [one, losses]), singles);
        var pulls = graph.Node("Add", [states[4], Flat("pulls_row", graph.Node("Mul", [graph.Node("Mul", [weight, reward]), context]), Features)]);
        var (fast, slow) = (Mean("fast_decay", states[1], LinUcb.Fast), Mean("slow_decay", states[2], LinUcb.Slow));

        // Choose for the next.
        var next = Reshape(Context(fast, slow), columns);
        var imageNext = graph.Node("MatMul", [Inverse(inverse), next]);
        var variance = graph.Node("Max", [graph.Node("MatMul", [Reshape(next, rows), imageNext]), graph.Constant("none", [0.0], [])]);
        var credit = graph.Node("Mul", [graph.Node("Sqrt", [variance]), graph.Constant("exploration", [exploration], [])]);
        var bounds = Flat("bounds_row", graph.Node("Add", [graph.Node("MatMul", [Reshape(pulls, rows), imageNext]), credit]), 1);
        var best = graph.Node("ArgMax", [bounds], OnnxAttribute.Int("axis", 1));
        var chosen = graph.Node("Equal", [graph.Constant("arms", [.. Enumerable.Range(0, Experts).Select(arm => (long)arm)]), best]);
        return [graph.Node("Where", [chosen, one, graph.Constant("unchosen", [0.0], [])]), fast, slow, inverse, pulls];

        string Reshape(string value, string shape) => graph.Node("Reshape", [value, shape]);

        string Flat(string name, string value, int width) => Reshape(value, graph.Constant(name, -1, Experts * width));

        string Inverse(string state) => graph.Node("Add", [Reshape(state, matrices), nothing]);

        string Mean(string name, string state, double decay) => graph.Node("Add",
        [
            graph.Node("Mul", [state, graph.Constant(name, [decay], [])]),
            graph.Node("Mul", [losses, graph.Constant($"{name}_rest", [1 - decay], [])]),
        ]);

        string Context(string quick, string lasting)
        {
            var ones = graph.Node("Add", [graph.Node("Sub", [quick, quick]), one]);
            var last = graph.Constant(quick == states[1] ? "features_axis" : "features_axis_next", -1L);
            return graph.Node("Concat", [graph.Node("Unsqueeze", [ones, last]), graph.Node("Unsqueeze", [quick, last]), graph.Node("Unsqueeze", [lasting, last])], OnnxAttribute.Int("axis", -1));
        }
    }
}
