namespace MLOps.Client.Monitoring;

/// <summary>The five validation metrics of a version, as its training job measured them. Null where one cannot be had.</summary>
/// <param name="TemporalContinuity">1: answers hardly move from row to row; 0: as if rows were drawn at random.</param>
/// <param name="Sharpe">Null: the model has no strategy.</param>
/// <param name="File">The version's <c>validation.json</c>: on what each metric was computed, and why where one is null.</param>
public sealed record VersionValidation(
    string Model,
    int Version,
    string Stage,
    string RunId,
    double? TemporalContinuity,
    RegimeSeparability RegimeSeparability,
    FeatureStability FeatureStability,
    PredictionConsistency PredictionConsistency,
    DriftDetection DriftDetection,
    StrategySharpe? Sharpe,
    string File);

/// <summary>How far apart the answers of high and low realised volatility are.</summary>
/// <param name="Silhouette">−1..1.</param>
public sealed record RegimeSeparability(double? Fisher, double? Silhouette);

/// <summary>Whether the watched features are the same in every fold.</summary>
/// <param name="Psi">Of later folds against the first, mean; beyond 0.25 is commonly called a shift.</param>
/// <param name="RankCorrelation">1: features go together in the same order everywhere.</param>
public sealed record FeatureStability(double? Psi, double? RankCorrelation);

/// <summary>Whether the model says the same wherever it runs, and under noise.</summary>
/// <param name="Disagreement">Largest difference between trainer and exported graphs.</param>
/// <param name="NoiseVariance">Variance of the answers under small noise of the inputs, over their variance from row to row.</param>
public sealed record PredictionConsistency(double? Disagreement, double? NoiseVariance);

/// <summary>Distances of the scored rows from the reference profile, each of the worst feature.</summary>
/// <param name="Wasserstein">In the reference's standard deviations.</param>
/// <param name="Js">Jensen-Shannon distance, at most 1.</param>
public sealed record DriftDetection(double? Ks, double? Psi, double? Wasserstein, double? Js);

/// <summary>A strategy's Sharpe ratio against luck.</summary>
/// <param name="PerPeriod">Not annualised.</param>
/// <param name="Probabilistic">Probability that the true ratio is above 0.</param>
/// <param name="Deflated">Probability that it is above what the best of the trials would show by luck.</param>
/// <param name="Trials">Runs of the experiment with such a ratio.</param>
public sealed record StrategySharpe(double PerPeriod, double? Probabilistic, double? Deflated, int? Trials);
