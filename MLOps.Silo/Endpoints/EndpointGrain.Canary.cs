using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Problems;

namespace MLOps.Silo.Endpoints;

/// <summary>The canary: its progress is part of the endpoint's state, so a step and its weights are one write, and a restart goes on where it was.</summary>
internal sealed partial class EndpointGrain
{
    // Why the running step is not over yet, as far as this activation has looked: told, never kept.
    private string? _waitsFor;

    public async Task<EndpointSnapshot> CommandCanaryAsync(CanaryCommand command, string by)
    {
        var endpoint = Current();
        if (endpoint.Canary is not { Status: CanaryStatus.Running } canary)
        {
            throw new MLOpsException(ProblemCode.InvalidState, $"Endpoint '{Name}' runs no canary: deploy with a canary first.");
        }

        return command == CanaryCommand.Promote
            ? await EndAsync(endpoint, canary, CanaryStatus.Promoted, $"promoted by {by} in step {canary.Step + 1}", by)
            : await EndAsync(endpoint, canary, CanaryStatus.Aborted, $"aborted by {by} in step {canary.Step + 1}", by);
    }

    /// <summary>The running canary where a deployment keeps it, with the deployment's weights for the other variants.</summary>
    /// <exception cref="MLOpsException">InvalidState: there is one that must not be touched, or none to keep. InvalidArgument: it makes no sense with the spec.</exception>
    private CanaryProgress? Kept(EndpointSpec spec, RunningCanary running)
    {
        var canary = _current?.Canary is { Status: CanaryStatus.Running } known ? known : null;
        if (running == RunningCanary.Refuse && canary is not null)
        {
            throw new MLOpsException(
                ProblemCode.InvalidState,
                $"Endpoint '{Name}' runs a canary of '{canary.Spec.Variant}', step {canary.Step + 1} of {canary.Spec.Steps.Count}: deploy with running_canary keep or end, or promote or abort it first.");
        }

        if (running != RunningCanary.Keep)
        {
            return null;
        }

        if (canary is null)
        {
            var last = _current?.Canary is { } ended ? $"the last one ended ({ended.Status}: {ended.Reason})" : "there was none";
            throw new MLOpsException(ProblemCode.InvalidState, $"Endpoint '{Name}' has no running canary to keep: {last}. Look at its weights, and deploy without running_canary.");
        }

        if (spec.Canary is not null)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "running_canary is keep and a canary is given: expected one of them.");
        }

        EndpointSpecCheck.Check(spec with { Canary = canary.Spec });
        return canary with { Weights = spec.Variants.Select(variant => variant.Weight).ToArray() };
    }

    /// <summary>The canary of a deployment: the one that the spec begins, or the running one, whose step starts over when a live version changed beneath it.</summary>
    private CanaryProgress? Canary(
        EndpointSpec spec,
        CanaryProgress? running,
        List<VariantState> variants,
        EndpointSnapshot? before,
        long now,
        string by,
        long revision,
        List<EndpointEvent> events)
    {
        if (running is null && before?.Canary is { Status: CanaryStatus.Running } replaced)
        {
            var successor = spec.Canary is null ? "a deployment without a canary" : "another canary";
            events.Add(Line(EndpointEventKind.CanaryAborted, replaced.Spec.Variant, $"replaced by {successor} in step {replaced.Step + 1}", by, revision));
        }

        if (spec.Canary is { } begun)
        {
            var canary = new CanaryProgress(begun, CanaryStatus.Running, 0, now, now, null, variants.Select(variant => variant.Spec.Weight).ToArray());
            events.Add(Line(EndpointEventKind.CanaryStarted, begun.Variant, $"step 1 of {begun.Steps.Count}: {begun.Steps[0].Share:P1} of the traffic", by, revision));
            return canary;
        }

        return running is { Status: CanaryStatus.Running } && LiveChanged(before, variants) ? running with { StepStartedAt = now } : running;
    }

    private async Task JudgeCanaryAsync()
    {
        if (_current is not { Status: EndpointStatus.Ready, Canary: { Status: CanaryStatus.Running } canary } endpoint)
        {
            return;
        }

        var rules = canary.Spec.Rules;
        var alerts = rules.OnDrift ? await Monitor.GetAlertsAsync() : [];
        var sums = rules.Metric is null ? [] : await _store.GetSumsAsync(Name, endpoint.Trial);
        var metric = rules.Metric?.Name ?? "";
        var judgement = CanaryJudge.Judge(
            canary,
            _telemetry.State.Step,
            alerts,
            AbJudge.Pool(sums, metric, variant => variant == canary.Spec.Variant),
            AbJudge.Pool(sums, metric, variant => variant != canary.Spec.Variant),
            Now);
        switch (judgement.Action)
        {
            case CanaryAction.RollBack:
                await EndAsync(endpoint, canary, CanaryStatus.RolledBack, judgement.Reason, EndpointEvent.Platform);
                break;
            case CanaryAction.Advance when canary.Step + 1 == canary.Spec.Steps.Count:
                await EndAsync(endpoint, canary, CanaryStatus.Promoted, judgement.Reason, EndpointEvent.Platform);
                break;
            case CanaryAction.Advance:
                var next = canary with { Step = canary.Step + 1, StepStartedAt = Now };
                var share = next.Spec.Steps[next.Step].Share;
                await MoveAsync(endpoint, next, EndpointEventKind.CanaryStep, $"step {next.Step + 1} of {next.Spec.Steps.Count}: {share:P1} of the traffic, after {judgement.Reason}", EndpointEvent.Platform);
                LogCanaryStep(_logger, Name, next.Spec.Variant, next.Step + 1, share, judgement.Reason);
                break;
            default:
                _waitsFor = judgement.Reason;
                break;
        }
    }

    private async Task<EndpointSnapshot> EndAsync(EndpointSnapshot endpoint, CanaryProgress canary, CanaryStatus status, string reason, string by)
    {
        var kind = status switch
        {
            CanaryStatus.Promoted => EndpointEventKind.CanaryPromoted,
            CanaryStatus.RolledBack => EndpointEventKind.CanaryRolledBack,
            _ => EndpointEventKind.CanaryAborted,
        };
        var moved = await MoveAsync(endpoint, canary with { Status = status, Reason = reason }, kind, reason, by);
        if (status == CanaryStatus.RolledBack)
        {
            LogCanaryRolledBack(_logger, Name, canary.Spec.Variant, canary.Step + 1, reason);
        }
        else
        {
            LogCanaryEnded(_logger, Name, canary.Spec.Variant, status, canary.Step + 1, reason);
        }

        return moved;
    }

    /// <summary>Weights and progress in one write. Requests, callers and outcomes of the new step are counted anew.</summary>
    private async Task<EndpointSnapshot> MoveAsync(EndpointSnapshot endpoint, CanaryProgress canary, EndpointEventKind kind, string message, string by)
    {
        var variants = CanaryWeights.Apply(endpoint.Variants, canary);

        // Taking traffic away waits for nothing; a promoted candidate brings its own profile.
        var monitored = canary.Status == CanaryStatus.Promoted ? await SetProfileAsync(variants) : endpoint.Monitored;
        _waitsFor = null;
        var revision = NextRevision();

        // Another share moves callers to the candidate whose outcomes were the others' before, and comes at another time: what is compared is of one step.
        var trial = IsTrial(canary) ? revision : 0;
        var moved = await WriteAsync(
            endpoint with { Variants = variants, Monitored = monitored, Canary = canary, Trial = trial, Revision = revision, LastUpdatedTime = Now },
            Line(kind, canary.Spec.Variant, message, by, revision));
        await BeginAsync(endpoint.Trial, moved);
        return moved;
    }

    /// <summary>Whether outcomes are summed up for it.</summary>
    private static bool IsTrial(CanaryProgress? canary) => canary is { Status: CanaryStatus.Running, Spec.Rules.Metric: not null };

    private static bool LiveChanged(EndpointSnapshot? before, IReadOnlyList<VariantState> variants) =>
        before is null || !Live(before.Variants).SequenceEqual(Live(variants));

    private static IEnumerable<(string Name, long Load)> Live(IReadOnlyList<VariantState> variants) =>
        variants.Where(variant => variant.Spec.Role == VariantRole.Live).Select(variant => (variant.Spec.Name, variant.LoadRevision));
}
