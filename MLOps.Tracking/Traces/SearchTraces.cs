namespace MLOps.Tracking.Traces;

/// <param name="Filter">MLflow's search grammar; null or blank: all.</param>
/// <param name="OrderBy">Newest first when empty.</param>
/// <param name="PageToken">From the page before.</param>
public sealed record SearchTraces(IReadOnlyList<string> ExperimentIds, string? Filter, IReadOnlyList<string> OrderBy, int MaxResults, string? PageToken);
