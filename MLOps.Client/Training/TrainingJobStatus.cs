namespace MLOps.Client.Training;

public enum TrainingJobStatus
{
    Queued = 0,
    Running,
    Paused,
    Completed,
    Failed,
    Stopped,
}
