using MLOps.Contracts.Batch;

namespace MLOps.Silo.Batch;

/// <summary>A job for the worker that takes it up.</summary>
[GenerateSerializer, Immutable, Alias("mlops.BatchAttempt")]
internal sealed record BatchAttempt(
    [property: Id(0)] int Number,
    [property: Id(1)] BatchJobSnapshot Job,
    [property: Id(2)] BatchPlan Plan,
    [property: Id(3)] IReadOnlyList<BatchPart> Parts);
