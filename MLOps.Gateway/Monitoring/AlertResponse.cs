using MLOps.Contracts.Monitoring;

namespace MLOps.Gateway.Monitoring;

/// <summary>An alert on the wire. Times are Unix ms.</summary>
internal sealed record AlertResponse(
    string AlertId,
    string Endpoint,
    string Kind,
    string Window,
    string Feature,
    double Value,
    double Threshold,
    string Message,
    long RaisedAt,
    string? AcknowledgedBy,
    long? AcknowledgedAt,
    string? Replay,
    long? EndpointRemovedAt)
{
    public static AlertResponse Of(ModelAlert alert) => new(
        alert.AlertId, alert.Endpoint, alert.Kind.ToString().ToUpperInvariant(), alert.Window, alert.Feature, alert.Value, alert.Threshold,
        alert.Message, alert.RaisedAt, alert.AcknowledgedBy, alert.AcknowledgedAt, alert.Replay, alert.EndpointRemovedAt);
}
