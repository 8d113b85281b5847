using MLOps.Models.Classical.Linear;

namespace MLOps.Models.Classical.BoostedTrees;

/// <param name="Start">Log-odds before the first tree.</param>
internal sealed record BoostedTreesModel(float Start, IReadOnlyList<RegressionTree> Trees)
{
    /// <summary>Probability of the positive class.</summary>
    public double Predict(float[] features) => Logistic.Probability(Start + Trees.Sum(tree => (double)tree.Predict(features)));

    public double[] Predict(IReadOnlyList<float[]> rows) => [.. rows.Select(Predict)];
}
