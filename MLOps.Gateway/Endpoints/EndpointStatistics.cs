namespace MLOps.Gateway.Endpoints;

/// <summary>What this gateway saw of one endpoint since it started.</summary>
internal sealed class EndpointStatistics
{
    private long _succeeded;
    private long _errors;
    private long _nanoseconds;

    public long Requests => Interlocked.Read(ref _succeeded) + Errors;

    public long Errors => Interlocked.Read(ref _errors);

    public long Succeeded => Interlocked.Read(ref _succeeded);

    /// <summary>Time of all successful requests.</summary>
    public long TotalNanoseconds => Interlocked.Read(ref _nanoseconds);

    public LatencyHistogram Latency { get; } = new();

    public void Success(TimeSpan duration)
    {
        Interlocked.Increment(ref _succeeded);
        Interlocked.Add(ref _nanoseconds, (long)duration.TotalNanoseconds);
        Latency.Record(duration);
    }

    public void Error() => Interlocked.Increment(ref _errors);
}
