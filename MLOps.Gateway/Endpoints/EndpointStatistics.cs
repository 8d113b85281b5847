using System.Collections.Concurrent;
using MLOps.Contracts.Endpoints;

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

    /// <summary>Of what is or was loaded since the last report, by variant and load.</summary>
    public ConcurrentDictionary<(string Variant, long LoadRevision), VariantStatistics> Variants { get; } = new();

    public VariantStatistics Of(VariantState variant) =>
        Variants.GetOrAdd((variant.Spec.Name, variant.LoadRevision), static key => new VariantStatistics(key.Variant, key.LoadRevision));

    public void Success(TimeSpan duration)
    {
        Interlocked.Increment(ref _succeeded);
        Interlocked.Add(ref _nanoseconds, (long)duration.TotalNanoseconds);
        Latency.Record(duration);
    }

    public void Error() => Interlocked.Increment(ref _errors);
}
