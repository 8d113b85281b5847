namespace MLOps.Client.Training.Retraining;

/// <summary>Where a training of a policy is, or how it ended.</summary>
public enum RetrainingStep
{
    Training = 0,
    Validating,
    Staging,
    Canary,
    Succeeded,
    Rejected,
    Failed,
}
