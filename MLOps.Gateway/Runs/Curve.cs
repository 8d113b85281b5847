using MLOps.Contracts.Runs;

namespace MLOps.Gateway.Runs;

/// <summary>A metric's values for a chart.</summary>
/// <param name="Count">Values logged in the range of steps, before the reduction.</param>
internal sealed record Curve(string Key, int Count, IReadOnlyList<CurvePoint> Points)
{
    public static Curve Of(string key, IReadOnlyList<Metric> values, int maxPoints) => new(
        key,
        values.Count,
        [.. Downsampling.MinMax(values, maxPoints).Select(value => new CurvePoint(value.Step, value.Timestamp, value.Value))]);
}

internal sealed record CurvePoint(long Step, long Timestamp, double Value);

internal sealed record CurveList(string RunId, IReadOnlyList<Curve> Series);
