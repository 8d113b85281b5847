namespace MLOps.Models.Neural.Allocator;

/// <summary>One step of a portfolio: trades from what it holds to what it is to hold, pays for that, and lives through the assets' growth.</summary>
/// <param name="Growth">What the portfolio is worth afterwards, per unit before it, after costs.</param>
/// <param name="Held">Weights that the growth left.</param>
/// <param name="Turnover">Value bought and sold, as a share of the portfolio's: 2 is all of it.</param>
internal readonly record struct Rebalancing(double Growth, double[] Held, double Turnover)
{
    /// <param name="held">Weights before trading.</param>
    /// <param name="target">Weights to hold; scaled to a sum of 1.</param>
    /// <param name="growth">Of each asset over the step.</param>
    /// <param name="cost">Share of what is bought or sold.</param>
    public static Rebalancing To(ReadOnlySpan<double> held, ReadOnlySpan<double> target, ReadOnlySpan<double> growth, double cost)
    {
        var sum = 0.0;
        foreach (var weight in target)
        {
            sum += weight;
        }

        var (turnover, grown) = (0.0, 0.0);
        var after = new double[held.Length];
        for (var i = 0; i < after.Length; i++)
        {
            var weight = target[i] / sum;
            turnover += Math.Abs(weight - held[i]);
            after[i] = weight * growth[i];
            grown += after[i];
        }

        for (var i = 0; i < after.Length; i++)
        {
            after[i] /= grown;
        }

        return new Rebalancing((1 - (cost * turnover)) * grown, after, turnover);
    }

    public static double[] EqualWeights(int assets)
    {
        var weights = new double[assets];
        Array.Fill(weights, 1.0 / assets);
        return weights;
    }
}
