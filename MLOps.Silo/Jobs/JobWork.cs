namespace MLOps.Silo.Jobs;

/// <summary>A job in a silo's queue.</summary>
/// <param name="jobId">The job.</param>
/// <param name="priority">Higher ones are taken up first.</param>
/// <param name="arrival">Among jobs of one priority the earlier ones are taken up first.</param>
/// <param name="interrupted">Not disposed: an interruption may hold it at any moment, and a source without timers holds nothing to free.</param>
internal sealed class JobWork(string jobId, int priority, long arrival, CancellationTokenSource interrupted)
{
    private volatile bool _isTaken;

    /// <summary>In the order in which they are taken up.</summary>
    public static Comparer<JobWork> Order { get; } = Comparer<JobWork>.Create(Compare);

    public string JobId => jobId;

    private int Priority => priority;

    private long Arrival => arrival;

    /// <summary>Cancelled when a person takes the job back from its worker.</summary>
    public CancellationToken Interrupted => interrupted.Token;

    public bool IsWaiting => !_isTaken && !interrupted.IsCancellationRequested;

    public void Take() => _isTaken = true;

    public void Interrupt() => interrupted.Cancel();

    private static int Compare(JobWork one, JobWork other) =>
        one.Priority != other.Priority ? other.Priority.CompareTo(one.Priority) : one.Arrival.CompareTo(other.Arrival);
}
