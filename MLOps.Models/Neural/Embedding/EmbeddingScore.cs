using MLOps.Models.Evaluation;

namespace MLOps.Models.Neural.Embedding;

/// <summary>How good embeddings of days in order are.</summary>
/// <param name="R2">Share of the windows' variance (about the scored windows' own mean) that the reconstruction explains.</param>
/// <param name="FisherRatio">Of turbulent days, those whose 21-day log volatility is above the training days' mean, against the others; NaN where all days are of one kind.</param>
internal sealed record EmbeddingScore(double R2, double Continuity, double FisherRatio, double JointFisherRatio, double Silhouette)
{
    /// <param name="windows">Scaled, one a day.</param>
    /// <param name="turbulent">One a day.</param>
    /// <param name="follows">Whether a window is of the day after the one before it.</param>
    public static EmbeddingScore Of(IReadOnlyList<double[]> embeddings, IReadOnlyList<double[]> windows, IReadOnlyList<double[]> reconstructions, IReadOnlyList<bool> turbulent, Func<int, bool> follows)
    {
        var hasBoth = turbulent.Contains(true) && turbulent.Contains(false);
        return new EmbeddingScore(
            Explained(windows, reconstructions),
            ValidationMetrics.TemporalContinuity(embeddings, follows),
            hasBoth ? ValidationMetrics.FisherRatio(embeddings, turbulent) : double.NaN,
            hasBoth ? ValidationMetrics.JointFisherRatio(embeddings, turbulent) : double.NaN,
            hasBoth ? ValidationMetrics.Silhouette(embeddings, turbulent) : double.NaN);
    }

    /// <param name="prefix">Before each figure's name: <c>val_</c>, <c>baseline_pca_</c>.</param>
    public IEnumerable<KeyValuePair<string, double>> Figures(string prefix) =>
    [
        KeyValuePair.Create(prefix + "r2", R2),
        KeyValuePair.Create(prefix + "temporal_continuity", Continuity),
        KeyValuePair.Create(prefix + "fisher_ratio", FisherRatio),
        KeyValuePair.Create(prefix + "joint_fisher_ratio", JointFisherRatio),
        KeyValuePair.Create(prefix + "silhouette", Silhouette),
    ];

    public static double Explained(IReadOnlyList<double[]> windows, IReadOnlyList<double[]> reconstructions)
    {
        var width = windows[0].Length;
        var means = new double[width];
        foreach (var window in windows)
        {
            for (var j = 0; j < width; j++)
            {
                means[j] += window[j] / windows.Count;
            }
        }

        var (unexplained, total) = (0.0, 0.0);
        for (var i = 0; i < windows.Count; i++)
        {
            for (var j = 0; j < width; j++)
            {
                unexplained += (windows[i][j] - reconstructions[i][j]) * (windows[i][j] - reconstructions[i][j]);
                total += (windows[i][j] - means[j]) * (windows[i][j] - means[j]);
            }
        }

        return total > 0 ? 1 - (unexplained / total) : 0;
    }
}
