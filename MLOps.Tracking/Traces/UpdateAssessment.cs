using MLOps.Contracts.Experiments;

namespace MLOps.Tracking.Traces;

/// <summary>What is null stays.</summary>
/// <param name="Value">What is given, with the value's JSON and perhaps an error's.</param>
/// <param name="Metadata">Merged into what is there.</param>
public sealed record UpdateAssessment(string? Name, AssessmentValue? Value, string? Rationale, IReadOnlyList<KeyValue>? Metadata, bool? Valid);

/// <param name="Json">The value.</param>
/// <param name="Error">JSON of the error, or null.</param>
public sealed record AssessmentValue(AssessmentKind Kind, string Json, string? Error);
