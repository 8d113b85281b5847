using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.RiskParity;

/// <summary>The bisection of one order of assets as a float64 graph: covariances [B,n,n] to weights [B,n]. All cuts are computed at once, their halves as rows of a mask.</summary>
internal static class RiskParityGraph
{
    public const string Input = "sigma";
    public const string Output = "w";

    public static GraphProto Build(IReadOnlyList<int> order)
    {
        var assets = order.Count;
        var cuts = HierarchicalRiskParity.Halves(order).ToArray();
        var graph = new OnnxGraphBuilder("risk_parity");
        var covariance = graph.Input(Input, OnnxElementType.Float64, "B", assets, assets);
        var lastAxis = graph.Constant("last_axis", -1L);
        var variances = graph.Node("ReduceSum", [graph.Node("Mul", [covariance, graph.Constant("identity", Identity(assets), assets, assets)]), lastAxis], OnnxAttribute.Int("keepdims", 0));
        var inverses = graph.Node("Unsqueeze", [graph.Node("Reciprocal", [variances]), graph.Constant("rows", 1L)]);

        // Inverse-variance weights of each half [B,2C,n] and their variances [B,2C]: the left halves, then the right ones.
        var mask = graph.Constant("halves", Mask(cuts, assets), 1, 2 * cuts.Length, assets);
        var raw = graph.Node("Mul", [mask, inverses]);
        var groups = graph.Node("Div", [raw, graph.Node("ReduceSum", [raw, lastAxis])]);
        var risks = graph.Node("ReduceSum", [graph.Node("Mul", [graph.Node("MatMul", [groups, covariance]), groups]), lastAxis]);
        var sides = graph.Nodes("Split", 2, [risks], OnnxAttribute.Int("axis", 1), OnnxAttribute.Int("num_outputs", 2));
        var both = graph.Node("Add", [sides[0], sides[1]]);
        var shares = graph.Node("Concat", [graph.Node("Div", [sides[1], both]), graph.Node("Div", [sides[0], both])], OnnxAttribute.Int("axis", 1));

        // An asset's weight is the product of the shares of the halves that it is in.
        var inside = graph.Node("Greater", [mask, graph.Constant("zero", [0.0], [])]);
        var factors = graph.Node("Where", [inside, shares, graph.Constant("one", [1.0], [])]);
        graph.Output(Output, graph.Node("ReduceProd", [factors, graph.Constant("over_halves", 1L)], OnnxAttribute.Int("keepdims", 0)), OnnxElementType.Float64, "B", assets);
        return graph.Build();
    }

    private static double[] Identity(int size)
    {
        var values = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            values[(i * size) + i] = 1;
        }

        return values;
    }

    private static double[] Mask((List<int> Left, List<int> Right)[] cuts, int assets)
    {
        var mask = new double[2 * cuts.Length * assets];
        for (var cut = 0; cut < cuts.Length; cut++)
        {
            cuts[cut].Left.ForEach(asset => mask[(cut * assets) + asset] = 1);
            cuts[cut].Right.ForEach(asset => mask[((cuts.Length + cut) * assets) + asset] = 1);
        }

        return mask;
    }
}
