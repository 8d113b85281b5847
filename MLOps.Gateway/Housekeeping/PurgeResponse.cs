using MLOps.Contracts.Housekeeping;

namespace MLOps.Gateway.Housekeeping;

/// <summary>A part of a purge on the wire. Times are Unix ms.</summary>
/// <param name="Runs">What has gone, or would go.</param>
/// <param name="Experiments">What has gone, or would go.</param>
/// <param name="ArtifactBytes">Of both, as far as they were counted.</param>
/// <param name="Kept">What was deleted for long enough and stays all the same.</param>
/// <param name="PendingArtifacts">Artifact locations of what has gone that are still to be removed.</param>
internal sealed record PurgeResponse(
    bool DryRun,
    long DeletedBefore,
    IReadOnlyList<PurgedResponse> Runs,
    IReadOnlyList<PurgedResponse> Experiments,
    long ArtifactBytes,
    IReadOnlyList<KeptResponse> Kept,
    long PendingArtifacts,
    string? NextPageToken)
{
    public static PurgeResponse Of(PurgePage page) => new(
        page.DryRun,
        page.DeletedBefore,
        [.. page.Purged.Where(item => item.Kind == PurgeKind.Run).Select(PurgedResponse.Of)],
        [.. page.Purged.Where(item => item.Kind == PurgeKind.Experiment).Select(PurgedResponse.Of)],
        page.Purged.Sum(item => item.Bytes ?? 0),
        [.. page.Kept.Select(KeptResponse.Of)],
        page.Pending,
        page.NextPageToken);
}
