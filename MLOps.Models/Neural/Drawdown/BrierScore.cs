namespace MLOps.Models.Neural.Drawdown;

/// <summary>Mean squared distance of probabilities from what happened (Brier 1950), for each threshold; 0.25 is what always saying one half scores.</summary>
internal static class BrierScore
{
    /// <param name="probabilities">[days][thresholds], of exceeding each.</param>
    /// <param name="levels">How many thresholds each day did exceed.</param>
    public static double[] Of(IReadOnlyList<double[]> probabilities, IReadOnlyList<int> levels) =>
        [.. Enumerable.Range(0, probabilities[0].Length).Select(threshold => probabilities.Zip(levels).Average(day => Square(day.First[threshold] - (day.Second > threshold ? 1 : 0))))];

    private static double Square(double value) => value * value;
}
