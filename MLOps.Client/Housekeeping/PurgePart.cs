namespace MLOps.Client.Housekeeping;

/// <summary>A part of what goes, or would go.</summary>
/// <param name="DeletedBefore">What was deleted then or before.</param>
/// <param name="ArtifactBytes">Of runs and experiments, as far as they were counted.</param>
/// <param name="Kept">What was deleted for long enough and stays all the same.</param>
/// <param name="PendingArtifacts">Artifact locations of what has gone that are still to be removed.</param>
public sealed record PurgePart(
    bool DryRun,
    DateTimeOffset DeletedBefore,
    IReadOnlyList<PurgedItem> Runs,
    IReadOnlyList<PurgedItem> Experiments,
    long ArtifactBytes,
    IReadOnlyList<KeptItem> Kept,
    long PendingArtifacts)
{
    /// <summary>Null: there is no further part.</summary>
    public string? NextPageToken { get; init; }
}
