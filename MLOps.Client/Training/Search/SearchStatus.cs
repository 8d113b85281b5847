namespace MLOps.Client.Training.Search;

public enum SearchStatus
{
    Running = 0,
    Completed,
    Failed,
    Stopped,
}
