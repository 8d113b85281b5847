namespace MLOps.Contracts.Housekeeping;

/// <param name="DryRun">Nothing is removed.</param>
/// <param name="OlderThan">Only what has been deleted for so long; null: as long as the platform's own retention.</param>
/// <param name="MaxResults">Most runs and experiments that are looked at.</param>
/// <param name="PageToken">From the page before; null: from the beginning.</param>
[GenerateSerializer, Immutable, Alias("mlops.PurgeRequest")]
public sealed record PurgeRequest(
    [property: Id(0)] bool DryRun,
    [property: Id(1)] TimeSpan? OlderThan,
    [property: Id(2)] int MaxResults,
    [property: Id(3)] string? PageToken);

public enum PurgeKind
{
    Run = 0,
    Experiment,
}

/// <summary>A part of what goes.</summary>
/// <param name="DeletedBefore">Unix ms: what was deleted then or before.</param>
/// <param name="Purged">What has gone, or would go.</param>
/// <param name="Kept">What was deleted for long enough and stays.</param>
/// <param name="Pending">Artifact locations of what has gone that are still to be removed, of earlier calls too: the next call, or the platform by itself, goes on with them.</param>
/// <param name="NextPageToken">Null: this was the last part.</param>
[GenerateSerializer, Immutable, Alias("mlops.PurgePage")]
public sealed record PurgePage(
    [property: Id(0)] bool DryRun,
    [property: Id(1)] long DeletedBefore,
    [property: Id(2)] IReadOnlyList<PurgedItem> Purged,
    [property: Id(3)] IReadOnlyList<KeptItem> Kept,
    [property: Id(4)] long Pending,
    [property: Id(5)] string? NextPageToken);

/// <param name="DeletedTime">Unix ms.</param>
/// <param name="ArtifactUri">Where its artifacts are, or were.</param>
/// <param name="Bytes">How much they take; null: not counted, since that would take too long, or they cannot all be listed.</param>
[GenerateSerializer, Immutable, Alias("mlops.PurgedItem")]
public sealed record PurgedItem(
    [property: Id(0)] PurgeKind Kind,
    [property: Id(1)] string Id,
    [property: Id(2)] string Name,
    [property: Id(3)] long DeletedTime,
    [property: Id(4)] string ArtifactUri,
    [property: Id(5)] long? Bytes);

/// <param name="Reason">Why it stays, and what to do.</param>
[GenerateSerializer, Immutable, Alias("mlops.KeptItem")]
public sealed record KeptItem(
    [property: Id(0)] PurgeKind Kind,
    [property: Id(1)] string Id,
    [property: Id(2)] string Name,
    [property: Id(3)] string Reason);
