namespace MLOps.Models.Classical.BoostedTrees;

/// <param name="Feature">Feature that decides; −1: a leaf.</param>
/// <param name="Threshold">Rows whose feature does not exceed it go left.</param>
/// <param name="Value">Of a leaf: what it adds to the log-odds.</param>
internal readonly record struct TreeNode(int Feature, float Threshold, int Left, int Right, float Value)
{
    public bool IsLeaf => Feature < 0;

    public static TreeNode Leaf(float value) => new(-1, 0, 0, 0, value);
}
