using MLOps.Client;
using MLOps.Client.Monitoring;
using MLOps.Client.Serving;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Monitoring;

/// <summary>Alerts of all endpoints, and the drift of the one in view.</summary>
public sealed class MonitoringModel(MLOpsClient client) : LiveModel
{
    private string? _window;

    // Null: not chosen; empty: live traffic.
    private string? _replay;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ModelAlert> Alerts { get; private set; } = [];

    public IReadOnlyList<ServingEndpoint> Endpoints { get; private set; } = [];

    /// <summary>The endpoint in view; null: there is none.</summary>
    public string? Endpoint { get; private set; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<DriftReport> Reports { get; private set; } = [];

    /// <summary>The endpoint's replays, newest first.</summary>
    public IReadOnlyList<ReplayInfo> Replays { get; private set; } = [];

    /// <summary>The replay in view; null: live traffic.</summary>
    public string? Replay { get; private set; }

    /// <summary>Observations of what is in view that were dropped because their month had been judged.</summary>
    public long Late { get; private set; }

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
            Replays = [];
            Replay = null;
            Late = 0;
            _window = null;
            _replay = null;
        }
    }

    /// <summary>Puts a replay in view.</summary>
    /// <param name="replay">Its id; null or empty: live traffic.</param>
    public void ShowReplay(string? replay)
    {
        _replay = replay ?? "";
        _window = null;
    }

    public void View(DriftReport report) => _window = report.Window;

    public Task AcknowledgeAsync(ModelAlert alert, string by, CancellationToken cancellationToken) =>
        ActAsync(token => client.Monitoring.AcknowledgeAsync(alert.AlertId, by, token), cancellationToken);

    /// <summary>Judges the open window now.</summary>
    public Task EvaluateAsync(CancellationToken cancellationToken) =>
        ActAsync(token => client.Monitoring.EvaluateAsync(Endpoint!, Replay, token), cancellationToken);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Alerts = await client.Monitoring.ListAlertsAsync(cancellationToken);
        Endpoints = await client.Serving.ListAsync(cancellationToken);
        Endpoint ??= Alerts.Select(alert => alert.Endpoint).FirstOrDefault(name => Endpoints.Any(endpoint => endpoint.Name == name))
            ?? Endpoints.Select(endpoint => endpoint.Name).FirstOrDefault();
        if (Endpoint is not null)
        {
            Take(await DriftAsync(Endpoint, cancellationToken));
        }
    }

    /// <summary>What was chosen; without a choice the live traffic, or the newest replay where no live month has been judged.</summary>
    private async Task<EndpointDrift> DriftAsync(string endpoint, CancellationToken cancellationToken)
    {
        var live = await client.Monitoring.GetDriftAsync(endpoint, cancellationToken: cancellationToken);
        var wanted = _replay is null && live.Reports.Count == 0 && live.Replays.Count > 0
            ? live.Replays[0]
            : live.Replays.FirstOrDefault(replay => replay.Id == _replay);
        return wanted is null ? live : await client.Monitoring.GetDriftAsync(endpoint, wanted.Id, cancellationToken);
    }

    private void Take(EndpointDrift drift)
    {
        Reports = [.. drift.Reports.OrderBy(report => report.Window, StringComparer.Ordinal)];
        Replays = drift.Replays;
        Replay = drift.Replay;
        Late = drift.Late;
    }
}
