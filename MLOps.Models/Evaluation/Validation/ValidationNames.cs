namespace MLOps.Models.Evaluation.Validation;

/// <summary>The five validation metrics by their parts.</summary>
public static class ValidationNames
{
    /// <summary>1: answers hardly move from row to row; 0: as if rows were drawn at random.</summary>
    public const string TemporalContinuity = "temporal_continuity";

    /// <summary>How far apart the answers of turbulent and calm rows are, in variances within.</summary>
    public const string RegimeFisher = "regime_fisher";

    /// <summary>The same as a mean silhouette, −1..1.</summary>
    public const string RegimeSilhouette = "regime_silhouette";

    /// <summary>Shift of the watched features from the first part of the training rows to the later ones.</summary>
    public const string FeaturePsi = "feature_psi";

    /// <summary>Whether features that went together still do, 1: in the same order.</summary>
    public const string FeatureRankCorrelation = "feature_rank_correlation";

    /// <summary>Largest difference between trainer and exported graphs.</summary>
    public const string PredictionDisagreement = "prediction_disagreement";

    /// <summary>Variance of the answers under small noise of the inputs, over their variance from row to row.</summary>
    public const string PredictionNoiseVariance = "prediction_noise_variance";

    /// <summary>Those that a report has; the fifth metric, drift, is made where the reference profile is.</summary>
    public static IReadOnlyList<string> All { get; } =
        [TemporalContinuity, RegimeFisher, RegimeSilhouette, FeaturePsi, FeatureRankCorrelation, PredictionDisagreement, PredictionNoiseVariance];
}
