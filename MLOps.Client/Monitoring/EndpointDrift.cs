namespace MLOps.Client.Monitoring;

/// <summary>The verdicts on one stream of an endpoint's observations: live traffic, or a replay of history.</summary>
public sealed record EndpointDrift
{
    public required string Endpoint { get; init; }

    /// <summary>The replay's id; null: live traffic.</summary>
    public string? Replay { get; init; }

    /// <summary>Observations that were dropped because their month had been judged already.</summary>
    public long Late { get; init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<DriftReport> Reports { get; init; } = [];

    /// <summary>The endpoint's replays, newest first.</summary>
    public IReadOnlyList<ReplayInfo> Replays { get; init; } = [];
}
