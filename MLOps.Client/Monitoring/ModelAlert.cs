namespace MLOps.Client.Monitoring;

/// <summary>An alert of an endpoint.</summary>
public sealed record ModelAlert
{
    public required string AlertId { get; init; }

    public required string Endpoint { get; init; }

    public AlertKind Kind { get; init; }

    /// <summary>The window it is about, for example <c>2020-03</c>.</summary>
    public string Window { get; init; } = "";

    public string Feature { get; init; } = "";

    /// <summary>The statistic that crossed <see cref="Threshold"/>.</summary>
    public double Value { get; init; }

    public double Threshold { get; init; }

    public string Message { get; init; } = "";

    public DateTimeOffset RaisedAt { get; init; }

    public string? AcknowledgedBy { get; init; }

    /// <summary>Null: still open.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>The replay whose window it is about; null: live traffic.</summary>
    public string? Replay { get; init; }

    /// <summary>Null: the endpoint is still there.</summary>
    public DateTimeOffset? EndpointRemovedAt { get; init; }

    public bool IsOpen => AcknowledgedAt is null;
}
