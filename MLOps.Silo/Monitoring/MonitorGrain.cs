using System.Globalization;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Problems;
using MLOps.Monitoring.Drift;

namespace MLOps.Silo.Monitoring;

/// <summary>Watches one endpoint.
/// <para>State is written once per accepted batch, before the call returns: the gateway's capture groups what has queued up, so a write covers up to a
/// thousand observations, and an acknowledged observation survives a crash. A batch that changes nothing (replays, late ones) writes nothing.
/// When a write fails the activation is given up, so that memory never runs ahead of the store; sending the batch again then counts it once.</para></summary>
[GrainType("monitor")]
internal sealed partial class MonitorGrain(
    [PersistentState("profile")] IPersistentState<MonitorProfileState> profile,
    [PersistentState("monitor")] IPersistentState<MonitorState> monitor,
    MonitoringInstruments instruments,
    TimeProvider time,
    ILogger<MonitorGrain> logger) : Grain, IMonitorGrain
{
    private const int MaximumAlerts = 1_000;
    private const int MaximumReports = 1_000;

    /// <summary>An event time further ahead of the clock than this is a mistake of the caller's. Taking it would close the present window and make every true observation late.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(1);

    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();

    private DriftMonitor? _drift;

    private string Endpoint => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (profile.State.Json is { } json)
        {
            var open = monitor.State.OpenMonth is { } month
                ? new OpenWindow(month, [.. monitor.State.Open.Select(o => (o.EventTime, o.Values))])
                : null;
            _drift = new DriftMonitor(ReferenceProfile.Parse(json), open);
        }

        return base.OnActivateAsync(cancellationToken);
    }

    public async Task SetProfileAsync(string profileJson)
    {
        var parsed = Parse(profileJson);

        // Windows first: should the second write fail, the old profile stands with no open window, which is consistent.
        monitor.State.OpenMonth = null;
        monitor.State.Open = [];
        monitor.State.Reports = [];
        await WriteAsync(monitor);
        profile.State.Json = profileJson;
        await WriteAsync(profile);
        _drift = new DriftMonitor(parsed);
        LogProfileSet(logger, Endpoint, parsed.Features.Count);
    }

    public Task<string?> GetProfileAsync() => Task.FromResult(profile.State.Json);

    public async Task ObserveAsync(IReadOnlyList<ObservedInput> observations)
    {
        var drift = _drift ?? throw new MLOpsException(ProblemCode.InvalidState, $"Endpoint '{Endpoint}' has no reference profile: deploy a model version that carries {ReferenceProfile.FileName}, or observe nothing.");
        CheckWidths(drift, observations);
        var latest = time.GetUtcNow().Add(Ahead).ToUnixTimeMilliseconds();
        var accepted = false;
        foreach (var observation in observations)
        {
            if (observation.EventTime > latest || observation.EventTime < Earliest)
            {
                Drop(observation, "event time out of range");
                continue;
            }

            var outcome = drift.Observe(observation.EventTime, observation.Values, out var closed);
            if (closed is not null)
            {
                Record(closed);
            }

            if (outcome == ObservationOutcome.Accepted)
            {
                accepted = true;
            }
            else
            {
                Drop(observation, outcome.ToString());
            }
        }

        if (accepted)
        {
            await WriteWindowAsync(drift);
        }
    }

    public async Task<IReadOnlyList<DriftReport>> EvaluateAsync()
    {
        if (_drift?.JudgeOpen() is { } verdict)
        {
            Record(verdict);
            await WriteWindowAsync(_drift);
        }

        return [.. monitor.State.Reports];
    }

    public Task<IReadOnlyList<DriftReport>> GetReportsAsync() => Task.FromResult<IReadOnlyList<DriftReport>>([.. monitor.State.Reports]);

    public Task<IReadOnlyList<ModelAlert>> GetAlertsAsync() => Task.FromResult<IReadOnlyList<ModelAlert>>([.. Enumerable.Reverse(monitor.State.Alerts)]);

    public async Task<ModelAlert> AcknowledgeAsync(string alertId, string by)
    {
        var index = monitor.State.Alerts.FindIndex(alert => alert.AlertId == alertId);
        if (index < 0)
        {
            throw new MLOpsException(ProblemCode.NotFound, $"Endpoint '{Endpoint}' has no alert '{alertId}'.");
        }

        if (string.IsNullOrWhiteSpace(by))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "'by' is empty: expected who acknowledges the alert.");
        }

        var alert = monitor.State.Alerts[index];
        if (alert.AcknowledgedAt is null)
        {
            // The first acknowledgement stands: who took the alert on does not change by a second click.
            alert = alert with { AcknowledgedBy = by, AcknowledgedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
            monitor.State.Alerts[index] = alert;
            await WriteAsync(monitor);
        }

        return alert;
    }

    private static ReferenceProfile Parse(string json)
    {
        try
        {
            return ReferenceProfile.Parse(json);
        }
        catch (FormatException e)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, e.Message, e);
        }
    }

    private void CheckWidths(DriftMonitor drift, IReadOnlyList<ObservedInput> observations)
    {
        // Before any is taken: a refused batch leaves nothing behind.
        var expected = drift.Judge.Profile.Features.Count;
        foreach (var observation in observations)
        {
            if (observation.Values.Length != expected)
            {
                throw new MLOpsException(ProblemCode.InvalidArgument, $"An observation of endpoint '{Endpoint}' has {observation.Values.Length} values: expected {expected}, one per feature of the reference profile.");
            }
        }
    }

    private void Drop(ObservedInput observation, string reason)
    {
        instruments.OnObservationDropped(Endpoint, reason);
        LogDropped(logger, Endpoint, observation.EventTime, reason);
    }

    private void Record(WindowVerdict verdict)
    {
        var report = new DriftReport(
            Endpoint, verdict.Window, verdict.Count, verdict.Statistic, verdict.Threshold, verdict.Drifted, verdict.TextbookDrifted,
            // An array by name: the collection expression's own list type cannot be read back from grain storage.
            verdict.Features.Select(f => new FeatureDrift(f.Feature, f.KolmogorovSmirnov, f.Normalised, f.TextbookPValue, f.PopulationStabilityIndex)).ToArray());
        var reports = monitor.State.Reports;
        reports.RemoveAll(known => known.Window == verdict.Window);
        reports.Add(report);
        Trim(reports, MaximumReports);
        instruments.OnWindowJudged(Endpoint, verdict);
        if (verdict.Drifted)
        {
            Alert(verdict);
        }
    }

    private void Alert(WindowVerdict verdict)
    {
        var id = AlertIds.Of(Endpoint, verdict.Window, AlertIds.DriftRule);
        var worst = verdict.Worst.Feature;
        var message = string.Create(
            CultureInfo.InvariantCulture,
            $"{worst} in {verdict.Window} is unlike the training period: {verdict.Statistic:F2} over {verdict.Count} observations, threshold {verdict.Threshold:F2}.");
        var alerts = monitor.State.Alerts;
        var index = alerts.FindIndex(alert => alert.AlertId == id);
        if (index >= 0)
        {
            // The window was judged before, while it was open or in an earlier replay. The figures follow until someone has acknowledged them.
            if (alerts[index].AcknowledgedAt is null)
            {
                alerts[index] = alerts[index] with { Feature = worst, Value = verdict.Statistic, Threshold = verdict.Threshold, Message = message };
            }

            return;
        }

        alerts.Add(new ModelAlert(
            id, Endpoint, AlertKind.Drift, verdict.Window, worst, verdict.Statistic, verdict.Threshold, message,
            time.GetUtcNow().ToUnixTimeMilliseconds(), null, null));
        Trim(alerts, MaximumAlerts);
        instruments.OnAlertRaised(Endpoint, "DRIFT");
        LogDrifted(logger, Endpoint, verdict.Window, worst, verdict.Statistic, verdict.Threshold);
    }

    private static void Trim<T>(List<T> list, int limit)
    {
        if (list.Count > limit)
        {
            list.RemoveRange(0, list.Count - limit);
        }
    }

    private Task WriteWindowAsync(DriftMonitor drift)
    {
        var open = drift.Open;
        monitor.State.OpenMonth = open?.Month;
        monitor.State.Open = open is null ? [] : [.. open.Observations.Select(o => new ObservedInput(o.EventTime, o.Values))];
        return WriteAsync(monitor);
    }

    private async Task WriteAsync<T>(IPersistentState<T> state)
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
