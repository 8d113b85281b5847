namespace MLOps.Contracts.Monitoring;

/// <summary>What a monitor knows of one stream of observations: live traffic, or a replay.</summary>
/// <param name="Replay">The replay's id; null: live traffic.</param>
/// <param name="Late">Observations dropped because their month had been closed by an observation of a later one.</param>
/// <param name="Reports">Verdicts, oldest first.</param>
/// <param name="Replays">All replays that are kept, newest first.</param>
[GenerateSerializer, Immutable, Alias("mlops.DriftState")]
public sealed record DriftState(
    [property: Id(0)] string? Replay,
    [property: Id(1)] long Late,
    [property: Id(2)] IReadOnlyList<DriftReport> Reports,
    [property: Id(3)] IReadOnlyList<ReplaySummary> Replays);

/// <summary>A replay of history through an endpoint, judged in windows of its own.</summary>
/// <param name="Id">The caller's name for it.</param>
/// <param name="StartedAt">Unix ms of the first observation's arrival.</param>
/// <param name="Windows">Judged windows.</param>
/// <param name="Late">Observations dropped as late.</param>
[GenerateSerializer, Immutable, Alias("mlops.ReplaySummary")]
public sealed record ReplaySummary(
    [property: Id(0)] string Id,
    [property: Id(1)] long StartedAt,
    [property: Id(2)] int Windows,
    [property: Id(3)] long Late);
