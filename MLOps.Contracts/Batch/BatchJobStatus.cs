namespace MLOps.Contracts.Batch;

/// <summary>queued → running ⇄ paused → completed, failed or stopped.</summary>
public enum BatchJobStatus
{
    Queued = 0,
    Running,
    Paused,
    Completed,
    Failed,
    Stopped,
}
