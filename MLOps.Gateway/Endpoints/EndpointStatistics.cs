using System.Collections.Concurrent;
using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>What this gateway saw of one endpoint since it started.</summary>
internal sealed class EndpointStatistics
{
    private readonly ConcurrentDictionary<(string Model, int Version), VersionStatistics> _versions = new();
    private long _succeeded;
    private long _errors;

    public long Requests => Interlocked.Read(ref _succeeded) + Errors;

    public long Errors => Interlocked.Read(ref _errors);

    public LatencyHistogram Latency { get; } = new();

    /// <summary>Of what is or was loaded since the last report, by variant and load.</summary>
    public ConcurrentDictionary<(string Variant, long LoadRevision), VariantStatistics> Variants { get; } = new();

    public VariantStatistics Of(VariantState variant) =>
        Variants.GetOrAdd((variant.Spec.Name, variant.LoadRevision), static key => new VariantStatistics(key.Variant, key.LoadRevision));

    /// <summary>What came since the last look, and from now on counts as reported. The reporter alone calls it.</summary>
    /// <param name="endpoint">As it is known here: what it has loaded no more is forgotten once it is reported to the end.</param>
    public IReadOnlyList<VariantCounts> Take(EndpointSnapshot endpoint)
    {
        var taken = new List<VariantCounts>();
        foreach (var (key, statistics) in Variants)
        {
            if (statistics.Take() is { } counts)
            {
                taken.Add(counts);
            }
            else if (key.LoadRevision <= endpoint.Revision
                && !endpoint.Variants.Any(variant => variant.Spec.Name == key.Variant && variant.LoadRevision == key.LoadRevision))
            {
                // What a later revision loaded is not gone: this snapshot does not know it yet, and its requests are still to come.
                Variants.TryRemove(key, out _);
            }
        }

        return taken;
    }

    /// <summary>What was seen of one model's version; zeros when it was never called here.</summary>
    public VersionStatistics Version(string model, int version) => _versions.GetOrAdd((model, version), static _ => new VersionStatistics());

    public void Success(TimeSpan duration)
    {
        Interlocked.Increment(ref _succeeded);
        Latency.Record(duration);
    }

    public void Error() => Interlocked.Increment(ref _errors);
}
