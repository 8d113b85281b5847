namespace MLOps.Tracking.Traces;

/// <param name="IntervalSeconds">Also group by time, in buckets of so many seconds; null: do not.</param>
/// <param name="StartMs">Unix milliseconds, inclusive; null: from the beginning.</param>
/// <param name="EndMs">Unix milliseconds, inclusive; null: to the end.</param>
public sealed record QueryTraceMetrics(
    IReadOnlyList<string> ExperimentIds,
    TraceMetricView View,
    string Metric,
    IReadOnlyList<TraceMetricAggregation> Aggregations,
    IReadOnlyList<string> Dimensions,
    IReadOnlyList<string> Filters,
    long? IntervalSeconds,
    long? StartMs,
    long? EndMs,
    int MaxResults);

/// <summary>What is counted and measured.</summary>
public enum TraceMetricView
{
    Traces = 1,
    Spans,
    Assessments,
}

/// <param name="Kind">COUNT, SUM, AVG or PERCENTILE.</param>
/// <param name="Percentile">0 to 100, for PERCENTILE.</param>
public readonly record struct TraceMetricAggregation(string Kind, double Percentile)
{
    /// <summary>The name of its value in the answer: <c>AVG</c>, <c>P95.0</c>.</summary>
    public string Label => Kind == "PERCENTILE" ? "P" + PythonJson.Number(Percentile) : Kind;
}

/// <summary>One group's values.</summary>
public sealed record TraceMetricPoint(string Metric, IReadOnlyList<KeyValuePair<string, string>> Dimensions, IReadOnlyList<KeyValuePair<string, double>> Values);
