namespace MLOps.Models.Evaluation;

/// <summary>What one training of one fold scored on the rows after it.</summary>
/// <param name="Seed">The hyper-parameter <c>seed</c> that it was trained with; null: the model has none.</param>
/// <param name="Figures">As <see cref="Catalog.IModelDefinition.Evaluate"/> gave them.</param>
/// <param name="Returns">What the model's strategy earned on those rows, one a period; empty: it has none.</param>
public sealed record WalkForwardScore(WalkForwardFold Fold, int? Seed, IReadOnlyDictionary<string, double> Figures, IReadOnlyList<double> Returns);
