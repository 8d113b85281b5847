using MLOps.Models.Classical.Linear;
using MLOps.Models.Features;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>The linear baseline: logistic regression on the same features, scaled, with the same labels and weights.</summary>
internal static class LogisticSignal
{
    private const double Penalty = 10;

    public static double[] Predict(WeightedRows fit, WeightedRows scored)
    {
        var scaler = FeatureScaler.Fit([.. fit.Features.Select(row => Array.ConvertAll(row, value => (double)value))]);
        var model = LogisticRegression.Fit(Scaled(fit, scaler), [.. fit.Labels.Select(label => label ? 0 : 1)], fit.Weights, 2, Penalty);
        return [.. Scaled(scored, scaler).Select(row => model.Probabilities(row)[0])];
    }

    private static double[][] Scaled(WeightedRows rows, FeatureScaler scaler) =>
        [.. rows.Features.Select(row => row.Select((value, f) => (value - (double)scaler.Means[f]) / scaler.Deviations[f]).ToArray())];
}
