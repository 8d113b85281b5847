namespace MLOps.Client.Runs;

/// <summary>A metric's curve, reduced by the server to the minimum and maximum of each bucket when it is long.</summary>
public sealed record MetricSeries
{
    public required string Key { get; init; }

    /// <summary>Values logged, before the reduction.</summary>
    public long Count { get; init; }

    public IReadOnlyList<MetricPoint> Points { get; init; } = [];
}
