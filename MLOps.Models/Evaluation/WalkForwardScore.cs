namespace MLOps.Models.Evaluation;

/// <summary>What one training of one fold scored on the rows after it.</summary>
/// <param name="Seed">The hyper-parameter <c>seed</c> that it was trained with; null: the model has none.</param>
/// <param name="Figures">As <see cref="Catalog.IModelDefinition.Evaluate"/> gave them.</param>
public sealed record WalkForwardScore(WalkForwardFold Fold, int? Seed, IReadOnlyDictionary<string, double> Figures);
