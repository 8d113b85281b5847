using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>Hyper-parameters of the boosting itself.</summary>
internal sealed record BoostingSettings(
    int Trees,
    double LearningRate,
    int Leaves,
    double MinimumWeight,
    double L2,
    int Bins,
    double RowShare,
    double FeatureShare,
    int Patience,
    int Seed)
{
    /// <summary>A split whose gain is rounding is none.</summary>
    public const double SmallestGain = 1e-9;

    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        HyperParameterOf.WholeNumber("trees", 400, 1, 10_000, "Most trees; training stops earlier when the validation rows stop improving."),
        HyperParameterOf.RealNumber("learning_rate", 0.03, 1e-4, 1, "Share of each tree's step that is taken."),
        HyperParameterOf.WholeNumber("leaves", 6, 2, 256, "Most leaves of a tree."),
        HyperParameterOf.RealNumber("minimum_weight", 10, 1e-6, 1e6, "Least sum of p(1-p), times the rows' weights, in a leaf."),
        HyperParameterOf.RealNumber("l2", 10, 0, 1e6, "Penalty on the square of a leaf's value."),
        HyperParameterOf.WholeNumber("bins", 64, 2, 256, "Bins that each feature is cut into."),
        HyperParameterOf.RealNumber("row_share", 0.7, 0.05, 1, "Share of the rows that each tree sees."),
        HyperParameterOf.RealNumber("feature_share", 0.5, 0.05, 1, "Share of the features that each tree sees."),
        HyperParameterOf.WholeNumber("patience", 50, 1, 10_000, "Trees without a better validation log-loss before training stops."),
        HyperParameterOf.WholeNumber("seed", 1, 0, int.MaxValue, "Seed of the rows and features that each tree sees."),
    ];

    public static BoostingSettings From(HyperParameterValues values) => new(
        values.WholeNumber("trees"),
        values.RealNumber("learning_rate"),
        values.WholeNumber("leaves"),
        values.RealNumber("minimum_weight"),
        values.RealNumber("l2"),
        values.WholeNumber("bins"),
        values.RealNumber("row_share"),
        values.RealNumber("feature_share"),
        values.WholeNumber("patience"),
        values.WholeNumber("seed"));
}
