using System.Globalization;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Problems;
using MLOps.Monitoring.Drift;

namespace MLOps.Silo.Monitoring;

/// <summary>Watches one endpoint: its live traffic, and each replay of history in windows of its own (docs/decisions/0010).
/// <para>State is written once per batch that changes it, before the call returns: the gateway's capture groups what has queued up, so a write covers up to a
/// thousand observations, and an acknowledged observation survives a crash. A batch of nothing but duplicates writes nothing.
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

    /// <summary>Replays kept; the oldest goes when another begins.</summary>
    private const int MaximumReplays = 10;

    /// <summary>An event time further ahead of the clock than this is a mistake of the caller's. Taking it would close the present window and make every true observation late.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(1);

    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();

    // By replay id; live traffic is the empty one, which no replay can have.
    private readonly Dictionary<string, MonitoredStream> _streams = new(StringComparer.Ordinal);
    private WindowJudge? _judge;

    private string Endpoint => this.GetPrimaryKeyString();

    private INameIndexGrain Index => GrainFactory.GetGrain<INameIndexGrain>(NameIndex.Monitors);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (profile.State.Json is { } json)
        {
            _judge = new WindowJudge(ReferenceProfile.Parse(json));
        }

        return base.OnActivateAsync(cancellationToken);
    }

    public async Task SetProfileAsync(string profileJson)
    {
        var parsed = Parse(profileJson);
        await Index.AddAsync(Endpoint);

        // Windows first: should the second write fail, the old profile stands with no open window, which is consistent.
        await ForgetWindowsAsync();
        profile.State.Json = profileJson;
        await WriteAsync(profile);
        _judge = new WindowJudge(parsed);
        LogProfileSet(logger, Endpoint, parsed.Features.Count);
    }

    public Task<string?> GetProfileAsync() => Task.FromResult(profile.State.Json);

    public async Task CloseAsync()
    {
        var alerts = monitor.State.Alerts;
        if (profile.State.Json is null && alerts.TrueForAll(alert => alert.EndpointRemovedAt is not null))
        {
            return;
        }

        if (alerts.Count == 0)
        {
            await ForgetWindowsAsync();
            profile.State.Json = null;
            await WriteAsync(profile);
            await Index.RemoveAsync(Endpoint);
        }
        else
        {
            await Index.AddAsync(Endpoint);
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            monitor.State.Alerts = [.. alerts.Select(alert => alert.EndpointRemovedAt is null ? alert with { EndpointRemovedAt = now } : alert)];
            monitor.State.Generation++;
            await ForgetWindowsAsync();
            profile.State.Json = null;
            await WriteAsync(profile);
        }

        _judge = null;
        LogClosed(logger, Endpoint, alerts.Count);
    }

    public async Task ObserveAsync(IReadOnlyList<ObservedInput> observations)
    {
        var judge = _judge ?? throw new MLOpsException(ProblemCode.InvalidState, $"Endpoint '{Endpoint}' has no reference profile: deploy a model version that carries {ReferenceProfile.FileName}, or observe nothing.");
        Check(judge, observations);
        var latest = time.GetUtcNow().Add(Ahead).ToUnixTimeMilliseconds();
        var changed = new HashSet<MonitoredStream>();
        foreach (var observation in observations)
        {
            if (observation.EventTime > latest || observation.EventTime < Earliest)
            {
                Drop(observation, "event time out of range");
                continue;
            }

            var stream = StreamOf(observation.Replay, judge);
            var outcome = stream.Drift.Observe(observation.EventTime, observation.Values, out var closed);
            if (closed is not null)
            {
                Record(stream, closed);
            }

            if (outcome == ObservationOutcome.Late)
            {
                stream.Windows.Late++;
                TellLate(stream);
            }

            if (outcome is ObservationOutcome.Accepted or ObservationOutcome.Late)
            {
                changed.Add(stream);
            }

            if (outcome != ObservationOutcome.Accepted)
            {
                Drop(observation, outcome.ToString());
            }
        }

        await KeepAsync(changed);
    }

    public async Task<DriftState> EvaluateAsync(string? replay = null)
    {
        var windows = WindowsOf(replay);
        if (_judge is { } judge)
        {
            var stream = StreamOf(replay, judge);
            if (stream.Drift.JudgeOpen() is { } verdict)
            {
                Record(stream, verdict);
                await KeepAsync([stream]);
            }
        }

        return State(replay, windows);
    }

    public Task<DriftState> GetDriftAsync(string? replay = null) => Task.FromResult(State(replay, WindowsOf(replay)));

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

    private void Check(WindowJudge judge, IReadOnlyList<ObservedInput> observations)
    {
        // Before any is taken: a refused batch leaves nothing behind.
        var expected = judge.Profile.Features.Count;
        foreach (var observation in observations)
        {
            if (observation.Values.Length != expected)
            {
                throw new MLOpsException(ProblemCode.InvalidArgument, $"An observation of endpoint '{Endpoint}' has {observation.Values.Length} values: expected {expected}, one per feature of the reference profile.");
            }

            if (observation.Replay is { } replay)
            {
                ReplayId.Check(replay);
            }
        }
    }

    private MonitoredStream StreamOf(string? replay, WindowJudge judge)
    {
        if (_streams.TryGetValue(replay ?? "", out var known))
        {
            return known;
        }

        return _streams[replay ?? ""] = new MonitoredStream(judge, replay is null ? monitor.State : ReplayOf(replay) ?? Begin(replay), replay);
    }

    private ReplayWindows Begin(string replay)
    {
        var replays = monitor.State.Replays;
        if (replays.Count == MaximumReplays)
        {
            _streams.Remove(replays[0].Id);
            replays.RemoveAt(0);
        }

        var begun = new ReplayWindows { Id = replay, StartedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        replays.Add(begun);
        return begun;
    }

    private ReplayWindows? ReplayOf(string replay) => monitor.State.Replays.Find(known => known.Id == replay);

    private MonitorWindows WindowsOf(string? replay) => replay is null
        ? monitor.State
        : ReplayOf(replay) ?? throw new MLOpsException(ProblemCode.NotFound, $"Endpoint '{Endpoint}' has no replay '{replay}': the last {MaximumReplays} are kept while the model's reference profile stays.");

    /// <summary>Arrays, because the list types that collection expressions make cannot be serialized.</summary>
    private DriftState State(string? replay, MonitorWindows windows) => new(
        replay,
        windows.Late,
        windows.Reports.ToArray(),
        Enumerable.Reverse(monitor.State.Replays).Select(known => new ReplaySummary(known.Id, known.StartedAt, known.Reports.Count, known.Late)).ToArray());

    private void TellLate(MonitoredStream stream)
    {
        if (!stream.LateIsTold)
        {
            stream.LateIsTold = true;
            LogLate(logger, Endpoint, stream.Drift.OpenName!);
        }
    }

    private void Drop(ObservedInput observation, string reason)
    {
        instruments.OnObservationDropped(Endpoint, reason);
        LogDropped(logger, Endpoint, observation.EventTime, reason);
    }

    private void Record(MonitoredStream stream, WindowVerdict verdict)
    {
        var report = new DriftReport(
            Endpoint, verdict.Window, verdict.Count, verdict.Statistic, verdict.Threshold, verdict.Drifted, verdict.TextbookDrifted,
            // An array by name: the collection expression's own list type cannot be read back from grain storage.
            verdict.Features.Select(f => new FeatureDrift(f.Feature, f.KolmogorovSmirnov, f.Normalised, f.TextbookPValue, f.PopulationStabilityIndex)).ToArray());
        var reports = stream.Windows.Reports;
        reports.RemoveAll(known => known.Window == verdict.Window);
        reports.Add(report);
        Trim(reports, MaximumReports);
        instruments.OnWindowJudged(Endpoint, verdict);
        if (verdict.Drifted)
        {
            Alert(stream.Replay, verdict);
        }
    }

    private void Alert(string? replay, WindowVerdict verdict)
    {
        var id = AlertIds.Of(Endpoint, monitor.State.Generation, verdict.Window, replay is null ? AlertIds.DriftRule : AlertIds.ReplayDriftRule);
        var worst = verdict.Worst.Feature;
        var message = string.Create(
            CultureInfo.InvariantCulture,
            $"{worst} in {verdict.Window} is unlike the training period: {verdict.Statistic:F2} over {verdict.Count} observations, threshold {verdict.Threshold:F2}{(replay is null ? "" : $" (replay {replay})")}.");
        var alerts = monitor.State.Alerts;
        var index = alerts.FindIndex(alert => alert.AlertId == id);
        if (index >= 0)
        {
            // The window was judged before, while it was open or in an earlier replay. The figures follow until someone has acknowledged them.
            if (alerts[index].AcknowledgedAt is null)
            {
                alerts[index] = alerts[index] with { Feature = worst, Value = verdict.Statistic, Threshold = verdict.Threshold, Message = message, Replay = replay };
            }

            return;
        }

        alerts.Add(new ModelAlert(
            id, Endpoint, AlertKind.Drift, verdict.Window, worst, verdict.Statistic, verdict.Threshold, message,
            time.GetUtcNow().ToUnixTimeMilliseconds(), null, null, replay));
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

    private async Task KeepAsync(HashSet<MonitoredStream> streams)
    {
        if (streams.Count == 0)
        {
            return;
        }

        foreach (var stream in streams)
        {
            stream.Keep();
        }

        await WriteAsync(monitor);
    }

    private Task ForgetWindowsAsync()
    {
        _streams.Clear();
        monitor.State.Clear();
        monitor.State.Replays = [];
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
