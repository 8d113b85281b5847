using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Monitoring;

/// <summary>The five validation metrics of a version, as its training measured them. Null where one cannot be had; <see cref="File"/> says why, and on what the others were computed.</summary>
/// <param name="Sharpe">Null: the model has no strategy.</param>
/// <param name="File">The version's validation.json.</param>
internal sealed record ValidationResponse(
    string Model,
    int Version,
    string Stage,
    string RunId,
    double? TemporalContinuity,
    RegimeSeparabilityResponse RegimeSeparability,
    FeatureStabilityResponse FeatureStability,
    PredictionConsistencyResponse PredictionConsistency,
    DriftDetectionResponse DriftDetection,
    SharpeResponse? Sharpe,
    string File)
{
    private const string Prefix = "validation/";
    private const string FileName = "validation.json";

    /// <returns>Null: the run has none of them.</returns>
    public static ValidationResponse? Of(ModelVersion version, Run run)
    {
        if (!run.Metrics.Any(metric => metric.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            return null;
        }

        return new ValidationResponse(
            version.Name,
            version.Version,
            version.Stage.ToString(),
            run.Info.RunId,
            Value("temporal_continuity"),
            new RegimeSeparabilityResponse(Value("regime_fisher"), Value("regime_silhouette")),
            new FeatureStabilityResponse(Value("feature_psi"), Value("feature_rank_correlation")),
            new PredictionConsistencyResponse(Value("prediction_disagreement"), Value("prediction_noise_variance")),
            new DriftDetectionResponse(Value("drift_ks"), Value("drift_psi"), Value("drift_wasserstein"), Value("drift_js")),
            Find(run, "sharpe_per_period") is { } ratio
                ? new SharpeResponse(ratio, Find(run, "probabilistic_sharpe"), Find(run, "deflated_sharpe"), (int?)Find(run, "sharpe_trials"))
                : null,
            ArtifactUri.Append(version.Location, FileName));

        double? Value(string name) => Find(run, Prefix + name);
    }

    private static double? Find(Run run, string key) => run.Metrics.Where(metric => metric.Key == key && double.IsFinite(metric.Value)).Select(metric => (double?)metric.Value).FirstOrDefault();
}

/// <param name="Fisher">Fisher's ratio of the answers in high against low realised volatility.</param>
internal sealed record RegimeSeparabilityResponse(double? Fisher, double? Silhouette);

/// <param name="Psi">Mean over later folds and features, against the first fold.</param>
internal sealed record FeatureStabilityResponse(double? Psi, double? RankCorrelation);

/// <param name="Disagreement">Largest difference of trainer and exported graphs.</param>
/// <param name="NoiseVariance">Variance of the answers under small noise of the inputs, over their own.</param>
internal sealed record PredictionConsistencyResponse(double? Disagreement, double? NoiseVariance);

/// <summary>Distances of the scored rows' watched features from the reference profile, each the largest of the features.</summary>
internal sealed record DriftDetectionResponse(double? Ks, double? Psi, double? Wasserstein, double? Js);

/// <param name="PerPeriod">Not annualised.</param>
/// <param name="Trials">Runs of the experiment that have such a ratio, this one among them.</param>
internal sealed record SharpeResponse(double PerPeriod, double? Probabilistic, double? Deflated, int? Trials);
