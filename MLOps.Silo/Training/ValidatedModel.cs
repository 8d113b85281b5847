using MLOps.Models.Catalog;
using MLOps.Models.Evaluation.Validation;

namespace MLOps.Silo.Training;

/// <summary>What comes off the training thread.</summary>
/// <param name="Returns">Null: the model has no strategy, or one without a ratio.</param>
internal sealed record ValidatedModel(TrainedModel Model, ValidationReport Validation, StrategyReturns? Returns);
