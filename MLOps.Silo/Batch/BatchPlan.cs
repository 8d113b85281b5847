namespace MLOps.Silo.Batch;

/// <summary>Where a job's model and rows lie, fixed at its start.</summary>
/// <param name="ModelSource">Artifact URI of the version's files.</param>
/// <param name="InputSource">Artifact URI of the table.</param>
/// <param name="ModelDigest">SHA-256 of the model's bytes in hex; null until they were first read.</param>
[GenerateSerializer, Immutable, Alias("mlops.BatchPlan")]
internal sealed record BatchPlan(
    [property: Id(0)] string ModelSource,
    [property: Id(1)] string InputSource,
    [property: Id(2)] string? ModelDigest);
