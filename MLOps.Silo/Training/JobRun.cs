namespace MLOps.Silo.Training;

/// <summary>The run of a job while it is trained: the id that the trainer chose until the store has made the run, then the run's own.</summary>
internal sealed class JobRun(string id)
{
    public string Id { get; set; } = id;
}
