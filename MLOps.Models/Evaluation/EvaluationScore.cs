namespace MLOps.Models.Evaluation;

/// <summary>What one training of a fold scored on one block of rows.</summary>
/// <param name="Seed">The hyper-parameter <c>seed</c> that it was trained with; null: the model has none.</param>
/// <param name="Figures">As <see cref="Catalog.IModelDefinition.Evaluate"/> gave them.</param>
/// <param name="Returns">What the model's strategy earned on those rows, one a period; empty: it has none.</param>
public sealed record EvaluationScore(EvaluationFold Fold, int? Seed, IReadOnlyDictionary<string, double> Figures, IReadOnlyList<double> Returns);
