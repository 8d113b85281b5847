namespace MLOps.Tracking.Issues;

public sealed record CreateIssue(
    string ExperimentId,
    string Name,
    string Description,
    string Status,
    string? Severity,
    IReadOnlyList<string> RootCauses,
    string? SourceRunId,
    IReadOnlyList<string> Categories,
    string? CreatedBy);

/// <summary>What is null stays as it is.</summary>
public sealed record UpdateIssue(string? Name, string? Description, string? Status, string? Severity);

/// <param name="ExperimentId">Null: of all experiments.</param>
/// <param name="CountTraces">Whether to count the traces that refer to each issue.</param>
public sealed record SearchIssues(string? ExperimentId, string? Filter, int MaxResults, string? PageToken, bool CountTraces);
