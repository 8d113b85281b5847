namespace MLOps.Client.Monitoring;

/// <summary>A replay of history through an endpoint, judged in windows of its own.</summary>
public sealed record ReplayInfo
{
    public required string Id { get; init; }

    /// <summary>When its first observation arrived.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Judged windows.</summary>
    public int Windows { get; init; }

    /// <summary>Observations that were dropped because their month had been judged already.</summary>
    public long Late { get; init; }
}
