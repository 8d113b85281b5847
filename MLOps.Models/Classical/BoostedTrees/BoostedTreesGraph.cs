using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>The trees as one TreeEnsembleRegressor of log-odds, and a sigmoid: features [B, F] to the probability [B, 1].</summary>
internal static class BoostedTreesGraph
{
    public const string Input = "features";
    public const string Output = "probability";

    /// <param name="features">F.</param>
    public static GraphProto Build(BoostedTreesModel model, int features)
    {
        // A model without trees is its start; the operator wants at least one.
        var trees = model.Trees.Count > 0 ? model.Trees : [new RegressionTree([TreeNode.Leaf(0)])];
        var nodes = trees.SelectMany((tree, t) => tree.Nodes.Select((node, n) => (Tree: (long)t, Number: (long)n, Node: node))).ToArray();
        var leaves = nodes.Where(entry => entry.Node.IsLeaf).ToArray();
        var graph = new OnnxGraphBuilder("trees");
        var input = graph.Input(Input, OnnxElementType.Float32, "B", features);
        var logOdds = graph.LearningNodes(
            "TreeEnsembleRegressor",
            1,
            [input],
            OnnxAttribute.Ints("nodes_treeids", [.. nodes.Select(entry => entry.Tree)]),
            OnnxAttribute.Ints("nodes_nodeids", [.. nodes.Select(entry => entry.Number)]),
            OnnxAttribute.Ints("nodes_featureids", [.. nodes.Select(entry => (long)Math.Max(0, entry.Node.Feature))]),
            OnnxAttribute.Floats("nodes_values", [.. nodes.Select(entry => entry.Node.Threshold)]),
            OnnxAttribute.Texts("nodes_modes", [.. nodes.Select(entry => entry.Node.IsLeaf ? "LEAF" : "BRANCH_LEQ")]),
            OnnxAttribute.Ints("nodes_truenodeids", [.. nodes.Select(entry => (long)entry.Node.Left)]),
            OnnxAttribute.Ints("nodes_falsenodeids", [.. nodes.Select(entry => (long)entry.Node.Right)]),
            OnnxAttribute.Ints("target_treeids", [.. leaves.Select(entry => entry.Tree)]),
            OnnxAttribute.Ints("target_nodeids", [.. leaves.Select(entry => entry.Number)]),
            OnnxAttribute.Ints("target_ids", [.. leaves.Select(_ => 0L)]),
            OnnxAttribute.Floats("target_weights", [.. leaves.Select(entry => entry.Node.Value)]),
            OnnxAttribute.Floats("base_values", model.Start),
            OnnxAttribute.Int("n_targets", 1))[0];
        graph.Output(Output, graph.Node("Sigmoid", [logOdds]), OnnxElementType.Float32, "B", 1);
        return graph.Build();
    }
}
