namespace MLOps.Models.Evaluation;

/// <summary>How far an evaluation has come.</summary>
/// <param name="Scores">Of the trainings that are done, in their order.</param>
/// <param name="Checkpoint">Of the training that is not, as <see cref="Catalog.TrainingRequest.Checkpoint"/> takes it; null: it is to begin.</param>
public sealed record EvaluationProgress(IReadOnlyList<KeptScore> Scores, byte[]? Checkpoint);
