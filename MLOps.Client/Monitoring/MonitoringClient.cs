using MLOps.Client.Http;

namespace MLOps.Client.Monitoring;

/// <summary>Alerts and drift of endpoints.</summary>
public sealed class MonitoringClient
{
    private readonly Transport _transport;

    internal MonitoringClient(Transport transport) => _transport = transport;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<ModelAlert>> ListAlertsAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<AlertsAnswer>("mlops/alerts", cancellationToken)).Alerts ?? [];

    /// <param name="by">Who takes care of it.</param>
    public Task<ModelAlert> AcknowledgeAsync(string alertId, string by, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<ModelAlert>($"mlops/alerts/{QueryPath.Segment(alertId)}/acknowledge", new { by }, cancellationToken);

    /// <summary>The verdicts on an endpoint's closed windows, oldest first.</summary>
    public async Task<IReadOnlyList<DriftReport>> GetDriftAsync(string endpoint, CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<DriftAnswer>($"mlops/monitoring/{QueryPath.Segment(endpoint)}/drift", cancellationToken)).Reports ?? [];

    /// <summary>Judges the open window now, and returns all verdicts.</summary>
    public async Task<IReadOnlyList<DriftReport>> EvaluateAsync(string endpoint, CancellationToken cancellationToken = default) =>
        (await _transport.PostAsync<DriftAnswer>($"mlops/monitoring/{QueryPath.Segment(endpoint)}/evaluate", new { }, cancellationToken)).Reports ?? [];

    private sealed record AlertsAnswer(IReadOnlyList<ModelAlert>? Alerts);

    private sealed record DriftAnswer(IReadOnlyList<DriftReport>? Reports);
}
