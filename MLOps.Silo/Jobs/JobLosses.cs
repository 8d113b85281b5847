namespace MLOps.Silo.Jobs;

/// <summary>How many silos may end while they work on a job: it may be the job that ends them.</summary>
internal static class JobLosses
{
    /// <summary>In a row, without anything durable in between.</summary>
    private const int MostInARow = 5;

    /// <summary>In all: a job that gets a little further each time must not end every silo there is. A restart of the platform counts as well, so it is more than a few.</summary>
    private const int MostInAll = 50;

    /// <returns>Why the job is not tried again; null: it is.</returns>
    public static string? Fault(int inARow, int inAll, string worker, string progress) =>
        inARow > MostInARow ? $"{inARow} {worker}s in a row ended before the job did, without {progress} (a crash, a kill or a restart). Start it again."
        : inAll > MostInAll ? $"{inAll} {worker}s ended before the job did (a crash, a kill or a restart). Start it again."
        : null;
}
