using MLOps.Contracts.Batch;

namespace MLOps.Silo.Batch;

/// <summary>A checked job and what was fixed for it.</summary>
/// <param name="Spec">With what was left to the platform filled in.</param>
internal sealed record BatchStart(BatchJobSpec Spec, string ModelName, int ModelVersion, string InputDigest, BatchPlan Plan);
