using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Monitoring.Statistics;
using MLOps.Tracking.Serving;

namespace MLOps.Silo.Endpoints;

/// <summary>What gateways report, and what follows from it: the canary's next move, the A/B test's verdict.</summary>
internal sealed partial class EndpointGrain
{
    /// <summary>How often the clock and the feedback are looked at while something is to be decided.</summary>
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    /// <summary>How much of the counts a crash may lose. Decisions are always written.</summary>
    private const long TelemetryWriteMs = 5_000;

    private const string ReminderName = "advance";

    /// <summary>The shortest period that a reminder may have.</summary>
    private static readonly TimeSpan Wake = TimeSpan.FromMinutes(1);

    private IGrainTimer? _timer;
    private IGrainReminder? _reminder;
    private long _telemetryWrittenAt;
    private bool _telemetryChanged;

    private bool IsDeciding => _current is { Canary.Status: CanaryStatus.Running } or { AbTest: not null, Trial: not 0 } || _state.State.Unwritten.Count > 0;

    public async Task ReportAsync(EndpointReport report)
    {
        var current = Current();
        if (!_telemetry.State.IsNew(report))
        {
            return;
        }

        _telemetry.State.Add(report);
        _telemetry.State.Keep(current);
        _telemetryChanged = true;
        await JudgeCanaryAsync();
        if (Now - _telemetryWrittenAt >= TelemetryWriteMs)
        {
            await KeepTelemetryAsync();
        }
    }

    public async Task AdvanceAsync()
    {
        await UnloadLooseAsync();
        if (_current is null)
        {
            return;
        }

        await WriteHistoryAsync();
        await JudgeCanaryAsync();
        await JudgeTestAsync();
    }

    public async Task<EndpointInsight> InspectAsync()
    {
        var endpoint = Current();
        var telemetry = _telemetry.State;
        var shadows = telemetry.Shadows.ToArray();
        var correlations = new Dictionary<string, double>();
        foreach (var (shadow, output) in shadows.SelectMany(shadow => shadow.Outputs.Select(output => (shadow, output))))
        {
            if (output.Columns is { } columns && RankCorrelation.Spearman(columns, output.Live, output.Shadow) is { } rho)
            {
                correlations[$"{shadow.Variant}/{output.Output}"] = rho;
            }
        }

        // Looking changes nothing: the evidence is raised by the pulse alone.
        var test = endpoint.AbTest is { } spec
            ? endpoint.Trial == 0
                ? telemetry.Decided
                : Judged(spec, endpoint, await _store.GetSumsAsync(Name, endpoint.Trial), new(telemetry.Evidence)) with { IsFull = await _store.IsFullAsync(Name, endpoint.Trial) }
            : null;
        if (endpoint.Canary is { Status: CanaryStatus.Running } canary)
        {
            endpoint = endpoint with { Canary = canary with { Reason = _waitsFor } };
        }

        return new EndpointInsight(endpoint, telemetry.Variants.ToArray(), telemetry.Step.ToArray(), shadows, correlations, test);
    }

    /// <summary>The revision that began the test, or the step of a canary with a metric: the running one's while nothing that it depends on has changed.</summary>
    private static long TrialOf(EndpointSpec spec, CanaryProgress? canary, IReadOnlyList<VariantState> variants, EndpointSnapshot? before, long revision, EndpointEventKind kind)
    {
        if (kind != EndpointEventKind.Deployed && before is { Trial: 0 })
        {
            // A test that has given its traffic to the winner is over: only a deployment begins another.
            return 0;
        }

        if (spec.AbTest is null && !IsTrial(canary))
        {
            return 0;
        }

        var goesOn = before is { Trial: not 0 }
            && before.AbTest == spec.AbTest
            && ReferenceEquals(before.Canary?.Spec, canary?.Spec)
            && !LiveChanged(before, variants)
            && before.Variants.Where(variant => variant.Spec.Role == VariantRole.Live).Select(variant => variant.Spec.Weight)
                .SequenceEqual(variants.Where(variant => variant.Spec.Role == VariantRole.Live).Select(variant => variant.Spec.Weight));
        return goesOn ? before!.Trial : revision;
    }

    /// <summary>After a change: counts of what went are dropped, and a new test begins with nothing.</summary>
    /// <param name="trial">That ran before.</param>
    private async Task BeginAsync(long trial, EndpointSnapshot endpoint)
    {
        _telemetry.State.Keep(endpoint);
        if (endpoint.Trial != trial)
        {
            _telemetry.State.BeginTest();
            await ForgetTrialsAsync(endpoint);
        }

        await WriteTelemetryAsync();
    }

    /// <summary>What was summed up for another test than the running one.</summary>
    private async Task ForgetTrialsAsync(EndpointSnapshot endpoint)
    {
        try
        {
            await _store.ForgetTrialsAsync(Name, endpoint.Trial);
        }
        catch (MLOpsException exception)
        {
            // The change is made, and nobody reads the sums of another trial: housekeeping forgets them.
            LogTrialsNotForgotten(_logger, exception, Name);
        }
    }

    private async Task JudgeTestAsync()
    {
        if (_current is not { AbTest: { } spec, Trial: not 0 } endpoint)
        {
            return;
        }

        var telemetry = _telemetry.State;
        var known = telemetry.Decided?.Verdict ?? AbVerdict.Collecting;
        var result = Judged(spec, endpoint, await _store.GetSumsAsync(Name, endpoint.Trial), telemetry.Evidence);
        _telemetryChanged = true;
        if (result.Verdict == known)
        {
            return;
        }

        var isValid = result.Verdict != AbVerdict.SampleRatioMismatch;
        if (isValid)
        {
            LogTestDecided(_logger, Name, result.Winner!, result.Explanation);
        }
        else
        {
            LogTestInvalid(_logger, Name, result.Explanation);
        }

        // All traffic to one variant ends the test: its shares are no longer those of the experiment.
        var isOver = isValid && spec.PromoteWinner;
        var variants = isOver
            ? endpoint.Variants.Select(variant => variant with { Spec = variant.Spec with { Weight = variant.Spec.Name == result.Winner ? 1 : 0 } }).ToArray()
            : endpoint.Variants;
        var monitored = isOver ? await SetProfileAsync(variants) : endpoint.Monitored;
        var revision = NextRevision();
        var judged = await WriteAsync(
            endpoint with { Variants = variants, Monitored = monitored, Trial = isOver ? 0 : endpoint.Trial, Revision = revision },
            Line(isValid ? EndpointEventKind.AbTestDecided : EndpointEventKind.AbTestInvalid, result.Winner, result.Explanation, EndpointEvent.Platform, revision));

        // After the write: should that fail, the next pulse decides again.
        telemetry.Decided = result;
        await WriteTelemetryAsync();
        if (isOver)
        {
            await ForgetTrialsAsync(judged);
        }
    }

    /// <summary>A verdict stays once it is given, unless the shares turn out to be wrong.</summary>
    private AbResult Judged(AbTestSpec spec, EndpointSnapshot endpoint, IReadOnlyList<OutcomeSum> sums, Dictionary<string, double> evidence)
    {
        var result = AbJudge.Judge(spec, endpoint.Variants, sums, evidence);
        return _telemetry.State.Decided is { } decided && result.Verdict != AbVerdict.SampleRatioMismatch && decided.Verdict != AbVerdict.Collecting
            ? result with { Verdict = decided.Verdict, Winner = decided.Winner, Explanation = decided.Explanation }
            : result;
    }

    private Task KeepTelemetryAsync() => _telemetryChanged ? WriteTelemetryAsync() : Task.CompletedTask;

    private async Task WriteTelemetryAsync()
    {
        _telemetryWrittenAt = Now;
        try
        {
            await _telemetry.WriteStateAsync();
            _telemetryChanged = false;
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.Unavailable)
        {
            // The counts are still in memory, and what was decided is in the endpoint's own state.
            LogTelemetryNotWritten(_logger, exception, Name);
        }
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => BeatAsync();

    /// <summary>The pulse beats only while there is something to decide. It beats in memory; a reminder wakes the grain where a silo has died and nobody calls.</summary>
    private async Task ArmAsync()
    {
        if (!IsDeciding)
        {
            _timer?.Dispose();
            _timer = null;
            if (_reminder is not null)
            {
                await this.UnregisterReminder(_reminder);
                _reminder = null;
            }

            return;
        }

        StartPulse();
        _reminder ??= await this.RegisterOrUpdateReminder(ReminderName, Wake, Wake);
    }

    /// <summary>As <see cref="ArmAsync"/> after a change that is made: that no reminder could be kept does not undo it, and the pulse tries again.</summary>
    private async Task WakeLaterAsync()
    {
        try
        {
            await ArmAsync();
        }
        catch (Exception exception) when (exception is MLOpsException or OrleansException or TimeoutException)
        {
            LogNotAdvanced(_logger, exception, Name);
        }
    }

    private void StartPulse() =>
        _timer ??= this.RegisterGrainTimer(BeatAsync, new GrainTimerCreationOptions { DueTime = Pulse, Period = Pulse, KeepAlive = true });

    /// <summary>Without the timer's token: that ends with the timer, which what is decided here may end.</summary>
    private async Task BeatAsync()
    {
        try
        {
            await AdvanceAsync();
            if (!IsDeciding)
            {
                // One that an earlier activation registered.
                _reminder ??= await this.GetReminder(ReminderName);
            }

            await ArmAsync();
        }
        catch (Exception exception) when (exception is MLOpsException or OrleansException or TimeoutException)
        {
            LogNotAdvanced(_logger, exception, Name);
        }
    }
}
