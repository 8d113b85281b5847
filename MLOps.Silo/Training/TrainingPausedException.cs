namespace MLOps.Silo.Training;

/// <summary>Ends a training at the checkpoint that it goes on from. A cancellation to whoever trains: nothing has gone wrong.</summary>
internal sealed class TrainingPausedException : OperationCanceledException
{
    public TrainingPausedException()
        : base("The training is paused.")
    {
    }
}
