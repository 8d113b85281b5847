namespace MLOps.Client.Runs;

/// <summary>Some runs, and how to ask for the next.</summary>
/// <param name="NextPageToken">Null: these were the last.</param>
public sealed record RunPage(IReadOnlyList<Run> Runs, string? NextPageToken);
