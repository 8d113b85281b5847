namespace MLOps.Client.Training.Search;

public enum SearchTrialStatus
{
    /// <summary>Its job waits, runs or is paused.</summary>
    Running = 0,
    Completed,

    /// <summary>It was worse than most and ended early.</summary>
    Pruned,
    Failed,
    Stopped,
}
