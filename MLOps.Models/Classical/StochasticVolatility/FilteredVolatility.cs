namespace MLOps.Models.Classical.StochasticVolatility;

/// <param name="Expected">h(t) by the days before t; one more than days.</param>
/// <param name="Uncertainty">Variance of that.</param>
/// <param name="Filtered">h(t) by the days up to t.</param>
internal sealed record FilteredVolatility(double[] Expected, double[] Uncertainty, double[] Filtered)
{
    /// <summary>Expected variances E[exp h] of each day and of the next.</summary>
    public double[] Variances() => [.. Expected.Zip(Uncertainty, (h, p) => Math.Exp(h + (p / 2)))];
}
