namespace MLOps.Silo.Jobs;

/// <summary>A job in a silo's queue.</summary>
/// <param name="jobId">The job.</param>
/// <param name="interrupted">Not disposed: an interruption may hold it at any moment, and a source without timers holds nothing to free.</param>
internal sealed class JobWork(string jobId, CancellationTokenSource interrupted)
{
    public string JobId => jobId;

    /// <summary>Cancelled when a person pauses or stops the job.</summary>
    public CancellationToken Interrupted => interrupted.Token;

    public void Interrupt() => interrupted.Cancel();
}
