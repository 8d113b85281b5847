using MLOps.Contracts.Training;

namespace MLOps.Silo.Training;

/// <summary>A validated job for the trainer.</summary>
/// <param name="Spec">With the dataset's version and the experiment filled in.</param>
/// <param name="Stop">Cancelled when a person stops the job.</param>
internal sealed record TrainingWork(string JobId, TrainingJobSpec Spec, CancellationToken Stop);
