namespace MLOps.Silo.Batch;

/// <summary>How fast a job works, leaving out the time in which it waited.</summary>
internal static class BatchRate
{
    /// <returns>Rows per second; null: nothing has been measured.</returns>
    public static double? Of(IReadOnlyList<BatchPart> parts)
    {
        var milliseconds = parts.Sum(part => part.Milliseconds);
        return milliseconds > 0 ? parts.Sum(part => (long)part.Rows) * 1_000 / milliseconds : null;
    }
}
