namespace MLOps.Tracking.Serving;

/// <summary>What became of a request.</summary>
/// <param name="Metric">What was measured; one value of each metric per request.</param>
/// <param name="Value">Finite; null where there is only a label.</param>
/// <param name="Label">A class or a remark.</param>
/// <param name="Timestamp">Unix ms: when it was observed.</param>
public sealed record Outcome(string RequestId, string Metric, double? Value, string? Label, long Timestamp);
