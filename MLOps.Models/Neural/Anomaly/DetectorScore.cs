using MathNet.Numerics.Statistics;

namespace MLOps.Models.Neural.Anomaly;

/// <summary>How a detector does on ordinary windows and on the same with a shock each.</summary>
/// <param name="FalsePositives">Share of the ordinary windows above the threshold.</param>
/// <param name="Recall">Share of the shocked windows above it, over all kinds.</param>
/// <param name="RecallByKind">In the order of <see cref="ShockInjection.Kinds"/>.</param>
/// <param name="RecallAtOnePercent">Recall if the threshold were where exactly 1 % of these ordinary windows are above it.</param>
internal sealed record DetectorScore(double FalsePositives, double Recall, double[] RecallByKind, double RecallAtOnePercent)
{
    /// <param name="ordinary">Scores of windows as they are.</param>
    /// <param name="shocked">Scores of shocked windows by kind.</param>
    public static DetectorScore Of(double[] ordinary, IReadOnlyList<double[]> shocked, double threshold)
    {
        var atOnePercent = Threshold(ordinary, 0.99);
        return new DetectorScore(
            Above(ordinary, threshold),
            shocked.Average(scores => Above(scores, threshold)),
            [.. shocked.Select(scores => Above(scores, threshold))],
            shocked.Average(scores => Above(scores, atOnePercent)));
    }

    /// <summary>The quantile, linear between two scores.</summary>
    public static double Threshold(double[] scores, double quantile) => Statistics.QuantileCustom(scores, quantile, QuantileDefinition.R7);

    private static double Above(double[] scores, double threshold) => scores.Count(score => score > threshold) / (double)scores.Length;
}
