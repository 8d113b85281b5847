using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>What this gateway saw of one loaded variant, counted without a lock, and how much of it has been reported.</summary>
internal sealed class VariantStatistics(string variant, long loadRevision)
{
    private readonly LatencyHistogram _latency = new();
    private long _succeeded;
    private long _errors;
    private long _refused;
    private long _misfits;
    private Look _reported;

    public string Variant => variant;

    public long LoadRevision => loadRevision;

    public void Success(TimeSpan duration)
    {
        Interlocked.Increment(ref _succeeded);
        _latency.Record(duration);
    }

    public void Error() => Interlocked.Increment(ref _errors);

    /// <param name="isMisfit">Whether the request fits nobody.</param>
    public void Refuse(bool isMisfit)
    {
        if (isMisfit)
        {
            Interlocked.Increment(ref _misfits);
        }

        Interlocked.Increment(ref _refused);
    }

    /// <summary>What came since the last look, and from now on counts as reported. The reporter alone calls it.</summary>
    /// <returns>Null: nothing.</returns>
    public VariantCounts? Take()
    {
        var before = _reported;
        var now = new Look(Interlocked.Read(ref _succeeded), Interlocked.Read(ref _errors), Interlocked.Read(ref _refused), Interlocked.Read(ref _misfits), before.Latency);
        if (now == before)
        {
            return null;
        }

        var latency = _latency.Since(before.Latency, out var counts);
        _reported = now with { Latency = counts };
        var errors = now.Errors - before.Errors;
        var refused = now.Refused - before.Refused;
        return new VariantCounts(variant, loadRevision, now.Succeeded - before.Succeeded + errors + refused, errors, refused, latency, now.Misfits - before.Misfits);
    }

    private readonly record struct Look(long Succeeded, long Errors, long Refused, long Misfits, long[]? Latency);
}
