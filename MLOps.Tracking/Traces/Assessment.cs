using MLOps.Contracts.Experiments;

namespace MLOps.Tracking.Traces;

/// <summary>A person's, a judge's or a program's word on a trace or a span.</summary>
/// <param name="AssessmentId">Empty when it is created: the store makes it.</param>
/// <param name="Name">Of a reference to an issue: the id.</param>
/// <param name="Value">JSON; of a reference to an issue an object with issue_name.</param>
/// <param name="Error">JSON with error_code, error_message and stack_trace; null: none. Of feedback only.</param>
/// <param name="CreateTime">Unix milliseconds; 0 when it is created: now.</param>
/// <param name="LastUpdateTime">Unix milliseconds; 0 when it is created: now.</param>
/// <param name="Overrides">The id of the assessment that this one replaces.</param>
/// <param name="Valid">False: another one overrides it.</param>
public sealed record Assessment(
    string AssessmentId,
    string TraceId,
    string Name,
    AssessmentKind Kind,
    string Value,
    string? Error,
    long CreateTime,
    long LastUpdateTime,
    string SourceType,
    string? SourceId,
    string? SpanId,
    string? Rationale,
    string? Overrides,
    bool Valid,
    IReadOnlyList<KeyValue> Metadata);
