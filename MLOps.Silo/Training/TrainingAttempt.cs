using MLOps.Contracts.Training;

namespace MLOps.Silo.Training;

/// <summary>A job for the trainer that takes it up.</summary>
/// <param name="Checkpoint">Where to go on; null: at the beginning.</param>
/// <param name="Source">The folder of the trained model; null: it is still to be trained.</param>
[GenerateSerializer, Immutable, Alias("mlops.TrainingAttempt")]
internal sealed record TrainingAttempt(
    [property: Id(0)] int Number,
    [property: Id(1)] TrainingJobSnapshot Job,
    [property: Id(2)] TrainingCheckpoint? Checkpoint,
    [property: Id(3)] string? Source);
