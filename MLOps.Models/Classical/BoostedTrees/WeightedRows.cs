namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>Rows of features with the labels and weights to learn by.</summary>
internal sealed record WeightedRows(IReadOnlyList<float[]> Features, bool[] Labels, double[] Weights)
{
    /// <summary>Weighted share of the positive labels, kept off 0 and 1 so that its log-odds are finite.</summary>
    public double PositiveShare => Math.Clamp(Labels.Zip(Weights).Sum(pair => pair.First ? pair.Second : 0) / Weights.Sum(), 1e-6, 1 - 1e-6);
}
