namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>A leaf of a tree that still grows: its rows, and the sums of their gradients and curvatures by feature and bin.</summary>
internal sealed class GrowingLeaf(int node, int[] rows, double[] gradients, double[] curvatures)
{
    public int Node => node;

    public int[] Rows => rows;

    /// <summary>By feature and bin: element feature·256 + bin.</summary>
    public double[] Gradients => gradients;

    public double[] Curvatures => curvatures;

    /// <summary>Sums over all rows.</summary>
    public double Gradient { get; init; }

    public double Curvature { get; init; }

    public LeafSplit? Best { get; set; }
}
