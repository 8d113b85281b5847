using MLOps.Client;
using MLOps.Client.Monitoring;
using MLOps.Client.Serving;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Monitoring;

/// <summary>Alerts of all endpoints, and the drift of the one in view.</summary>
public sealed class MonitoringModel(MLOpsClient client) : LiveModel
{
    private string? _window;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ModelAlert> Alerts { get; private set; } = [];

    public IReadOnlyList<ServingEndpoint> Endpoints { get; private set; } = [];

    /// <summary>The endpoint in view; null: there is none.</summary>
    public string? Endpoint { get; private set; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<DriftReport> Reports { get; private set; } = [];

    /// <summary>The window in view: the chosen one, else the newest that drifted, else the newest.</summary>
    public DriftReport? Window => Reports.FirstOrDefault(report => report.Window == _window)
        ?? Reports.LastOrDefault(report => report.Drifted)
        ?? (Reports.Count > 0 ? Reports[^1] : null);

    public int DriftedWindows => Reports.Count(report => report.Drifted);

    public int TextbookWindows => Reports.Count(report => report.TextbookDrifted);

    public void Show(string? endpoint)
    {
        if (endpoint is not null && endpoint != Endpoint)
        {
            Endpoint = endpoint;
            Reports = [];
            _window = null;
        }
    }

    public void View(DriftReport report) => _window = report.Window;

    public Task AcknowledgeAsync(ModelAlert alert, string by, CancellationToken cancellationToken) =>
        ActAsync(token => client.Monitoring.AcknowledgeAsync(alert.AlertId, by, token), cancellationToken);

    /// <summary>Judges the open window now.</summary>
    public Task EvaluateAsync(CancellationToken cancellationToken) =>
        ActAsync(token => client.Monitoring.EvaluateAsync(Endpoint!, token), cancellationToken);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Alerts = await client.Monitoring.ListAlertsAsync(cancellationToken);
        Endpoints = await client.Serving.ListAsync(cancellationToken);
        Endpoint ??= Alerts.Select(alert => alert.Endpoint).FirstOrDefault(name => Endpoints.Any(endpoint => endpoint.Name == name))
            ?? Endpoints.Select(endpoint => endpoint.Name).FirstOrDefault();
        Reports = Endpoint is null ? [] : [.. (await client.Monitoring.GetDriftAsync(Endpoint, cancellationToken)).OrderBy(report => report.Window, StringComparer.Ordinal)];
    }
}
