namespace MLOps.Models.Evaluation;

/// <summary>One figure over all folds and seeds.</summary>
/// <param name="BaselineOf">The model's own figure that this one of a baseline stands beside; null: it is the model's own.</param>
/// <param name="Mean">Over folds and seeds.</param>
/// <param name="SeedDeviation">Sample standard deviation (ddof 1) of the seeds' means over folds: what chance in the training does. Null: one seed.</param>
/// <param name="FoldDeviation">Sample standard deviation of the folds' means over seeds: what the period does. Null: one fold.</param>
public sealed record FigureSummary(string Name, string? BaselineOf, double Mean, double? SeedDeviation, double? FoldDeviation);
