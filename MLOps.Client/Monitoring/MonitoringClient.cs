using MLOps.Client.Http;

namespace MLOps.Client.Monitoring;

/// <summary>Alerts and drift of endpoints, and how their models were validated.</summary>
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

    /// <summary>The verdicts on an endpoint's closed windows.</summary>
    /// <param name="replay">Id of a replay; null: live traffic.</param>
    public Task<EndpointDrift> GetDriftAsync(string endpoint, string? replay = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<EndpointDrift>(Path(endpoint, "drift", replay), cancellationToken);

    /// <summary>Judges the open window now, and returns all verdicts.</summary>
    /// <param name="replay">Id of a replay; null: live traffic.</param>
    public Task<EndpointDrift> EvaluateAsync(string endpoint, string? replay = null, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<EndpointDrift>(Path(endpoint, "evaluate", replay), new { }, cancellationToken);

    /// <summary>The validation metrics of registered versions, as their training jobs measured them.</summary>
    /// <param name="model">A registered model; null: every one.</param>
    /// <param name="version">A version of it; null: its newest that has validation metrics.</param>
    public async Task<IReadOnlyList<VersionValidation>> ListValidationsAsync(string? model = null, int? version = null, CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<ValidationsAnswer>(
            QueryPath.WithQuery("mlops/metrics/validation", ("model", model), ("version", version?.ToString(System.Globalization.CultureInfo.InvariantCulture))),
            cancellationToken)).Versions ?? [];

    private static string Path(string endpoint, string verb, string? replay) =>
        QueryPath.WithQuery($"mlops/monitoring/{QueryPath.Segment(endpoint)}/{verb}", ("replay", replay));

    private sealed record ValidationsAnswer(IReadOnlyList<VersionValidation>? Versions);

    private sealed record AlertsAnswer(IReadOnlyList<ModelAlert>? Alerts);
}
