namespace MLOps.Silo.Training;

/// <summary>A durable point that a job goes on from. The metrics of its step, and of those before, were durable before it was.</summary>
/// <param name="Attempt">The attempt that wrote it.</param>
/// <param name="Step">The last step that is done.</param>
/// <param name="Digest">SHA-256 of the file in hex.</param>
/// <param name="IsEvaluation">The model is trained, and the file is an <see cref="EvaluationCheckpoint"/>; otherwise it is what the model's training takes.</param>
[GenerateSerializer, Immutable, Alias("mlops.TrainingCheckpoint")]
internal sealed record TrainingCheckpoint([property: Id(0)] int Attempt, [property: Id(1)] long Step, [property: Id(2)] string Digest, [property: Id(3)] bool IsEvaluation = false);
