namespace MLOps.Tracking.Issues;

/// <summary>A problem that was found in the traces of an experiment.</summary>
/// <param name="Status">pending, rejected or resolved.</param>
/// <param name="Severity">not_an_issue, low, medium or high; null: not judged.</param>
/// <param name="CreatedTimestamp">Unix milliseconds.</param>
/// <param name="TraceCount">Traces that refer to it; null: not asked for.</param>
public sealed record Issue(
    string IssueId,
    string ExperimentId,
    string Name,
    string Description,
    string Status,
    string? Severity,
    IReadOnlyList<string> RootCauses,
    string? SourceRunId,
    IReadOnlyList<string> Categories,
    long CreatedTimestamp,
    long LastUpdatedTimestamp,
    string? CreatedBy,
    long? TraceCount = null);
