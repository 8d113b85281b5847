namespace MLOps.Models.Evaluation;

/// <param name="MeanPsi">Population stability index of the later folds against the first, mean over folds and features.</param>
/// <param name="LargestPsi">The worst feature of the worst fold.</param>
/// <param name="RankCorrelation">Of the features' pairwise correlations between any two folds, mean: 1, features go together in the same order everywhere. 1 for fewer than three features, which have no order.</param>
public sealed record FeatureStability(double MeanPsi, double LargestPsi, double RankCorrelation);
