namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>Weighted mean of −ln p(label), in nats.</summary>
internal static class BinaryLogLoss
{
    /// <param name="logOdds">One a row.</param>
    public static double Of(double[] logOdds, WeightedRows rows)
    {
        var sum = 0.0;
        for (var i = 0; i < logOdds.Length; i++)
        {
            // ln(1 + e^-x) of the label's own side, without overflow.
            var side = rows.Labels[i] ? -logOdds[i] : logOdds[i];
            sum += rows.Weights[i] * (Math.Max(side, 0) + Math.Log(1 + Math.Exp(-Math.Abs(side))));
        }

        return sum / rows.Weights.Sum();
    }

    public static double OfProbabilities(double[] probabilities, WeightedRows rows) =>
        Of(Array.ConvertAll(probabilities, p => Math.Log(Math.Max(p, 1e-300) / Math.Max(1 - p, 1e-300))), rows);
}
