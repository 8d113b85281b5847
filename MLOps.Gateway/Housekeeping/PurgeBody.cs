namespace MLOps.Gateway.Housekeeping;

/// <summary>What is to be removed for good.</summary>
/// <param name="DryRun">Only say what would go. Default: true.</param>
/// <param name="OlderThan">How long ago it must have been deleted, in MLflow's form (<c>30d</c>, <c>1d2h3m4s</c>). Default: the platform's retention.</param>
/// <param name="MaxResults">Most runs and experiments that are looked at, 1 to 1000. Default: 100.</param>
/// <param name="PageToken">From the answer before.</param>
internal sealed record PurgeBody(bool? DryRun, string? OlderThan, int? MaxResults, string? PageToken);
