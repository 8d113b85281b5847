using MLOps.Models.Data;

namespace MLOps.Models.Evaluation;

/// <summary>What <see cref="Catalog.IModelDefinition.Evaluate"/> is given.</summary>
internal readonly record struct ScoredRows(TrainingData Data, int From, int To);
