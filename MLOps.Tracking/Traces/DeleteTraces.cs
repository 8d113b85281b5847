namespace MLOps.Tracking.Traces;

/// <summary>Either by age or by ids.</summary>
/// <param name="MaxTimestampMs">Unix milliseconds: traces that began then or before.</param>
/// <param name="MaxTraces">At most so many, the oldest first.</param>
public sealed record DeleteTraces(string ExperimentId, long? MaxTimestampMs, long? MaxTraces, IReadOnlyList<string> TraceIds);
