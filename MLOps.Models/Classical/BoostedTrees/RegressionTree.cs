namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>A binary tree; node 0 is its root.</summary>
internal sealed record RegressionTree(IReadOnlyList<TreeNode> Nodes)
{
    public float Predict(float[] features)
    {
        var node = Nodes[0];
        while (!node.IsLeaf)
        {
            node = Nodes[features[node.Feature] <= node.Threshold ? node.Left : node.Right];
        }

        return node.Value;
    }
}
