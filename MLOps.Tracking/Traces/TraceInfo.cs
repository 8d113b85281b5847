using MLOps.Contracts.Experiments;

namespace MLOps.Tracking.Traces;

/// <summary>A trace without its spans.</summary>
/// <param name="TraceId">At most 50 characters.</param>
/// <param name="RequestTime">Unix milliseconds.</param>
/// <param name="ExecutionDuration">Milliseconds; null while it runs.</param>
/// <param name="State">STATE_UNSPECIFIED, OK, ERROR or IN_PROGRESS.</param>
public sealed record TraceInfo(
    string TraceId,
    string ExperimentId,
    long RequestTime,
    long? ExecutionDuration,
    string State,
    string? ClientRequestId,
    string? RequestPreview,
    string? ResponsePreview,
    IReadOnlyList<KeyValue> Tags,
    IReadOnlyList<KeyValue> Metadata,
    IReadOnlyList<Assessment> Assessments);
