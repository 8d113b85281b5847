namespace MLOps.Client.Batch;

public enum BatchJobStatus
{
    Queued = 0,
    Running,
    Paused,
    Completed,
    Failed,
    Stopped,
}
