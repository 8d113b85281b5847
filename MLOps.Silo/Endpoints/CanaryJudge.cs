using System.Globalization;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Statistics;
using MLOps.Monitoring.Sequential;

namespace MLOps.Silo.Endpoints;

/// <summary>Whether a canary goes on, waits or goes back. Pure: what it is told decides.</summary>
internal static class CanaryJudge
{
    /// <summary>The interval of a mean is asymptotic: with fewer outcomes in an arm it is not looked at, and the step is not over.</summary>
    private const long LeastOutcomes = 30;

    /// <summary>In standard deviations: what the metric rule is tuned to find soonest.</summary>
    private const double EffectSize = 0.1;

    /// <param name="canary">Running.</param>
    /// <param name="step">Counts of the live variants since the step began.</param>
    /// <param name="alerts">Of the endpoint's monitor.</param>
    /// <param name="candidate">Outcomes of the candidate for requests of the step.</param>
    /// <param name="others">Those of the other live variants.</param>
    /// <param name="now">Unix ms.</param>
    public static CanaryJudgement Judge(
        CanaryProgress canary,
        IReadOnlyList<VariantCounts> step,
        IReadOnlyList<ModelAlert> alerts,
        Moments candidate,
        Moments others,
        long now)
    {
        var rules = canary.Spec.Rules;
        var own = Sum(step.Where(counts => counts.Variant == canary.Spec.Variant));
        var rest = Sum(step.Where(counts => counts.Variant != canary.Spec.Variant));
        if ((Breach(rules, own, rest) ?? Drift(canary, rules, alerts) ?? Metric(canary.Spec, candidate, others)) is { } reason)
        {
            return new CanaryJudgement(CanaryAction.RollBack, reason);
        }

        var plan = canary.Spec.Steps[canary.Step];
        var lasted = now - canary.StepStartedAt;

        // Nothing moves on unjudged: not before the rules had the requests that they need, and never on none.
        // Where the candidate has all traffic there is no other arm to wait for.
        var needed = Math.Max(plan.MinRequests, HasRates(rules) ? Math.Max(1, rules.MinSamples) : 1);
        var missing = rules.Metric is { } metric && plan.Share < 1 ? Missing(canary.Spec, metric, candidate, others) : "";
        return lasted >= plan.DurationMs && own.Requests >= needed && missing.Length == 0
            ? new CanaryJudgement(CanaryAction.Advance, Text($"step {canary.Step + 1} of {canary.Spec.Steps.Count} held for {lasted / 1000.0:0.#} s and {own.Requests} requests: {Figures(own)}"))
            : new CanaryJudgement(CanaryAction.Hold, Text($"step {canary.Step + 1}: {own.Requests} of {needed} requests, {lasted / 1000.0:0} of {plan.DurationMs / 1000.0:0} s{missing}"));
    }

    /// <summary>What the metric rule still needs, to be added to the rest of the reason; empty: nothing.</summary>
    private static string Missing(CanarySpec canary, MetricRule rule, Moments candidate, Moments others)
    {
        var name = canary.Variant;
        var counts = string.Concat(
            new[] { (Arm: $"'{name}'", candidate.Count), (Arm: "the other variants", others.Count) }
                .Where(arm => arm.Count < LeastOutcomes)
                .Select(arm => Text($", {arm.Count} of {LeastOutcomes} outcomes of {rule.Name} for {arm.Arm}")));

        // Outcomes that are all the same have no interval, however far apart the two arms are.
        return counts.Length == 0 && Compare(canary, rule, candidate, others) is null && IsWorse(rule, candidate.Mean - others.Mean)
            ? Text($", {rule.Name} is {candidate.Mean:G4} for '{name}' and {others.Mean:G4} for the other variants without any variance to judge it by")
            : counts;
    }

    private static bool HasRates(CanaryRules rules) => rules.MaxErrorRate is not null || rules.MaxP99Ms is not null || rules.MaxP99Ratio is not null;

    private static string? Breach(CanaryRules rules, VariantCounts own, VariantCounts rest)
    {
        if (own.Requests < Math.Max(1, rules.MinSamples))
        {
            return null;
        }

        if (rules.MaxErrorRate is { } maxErrorRate)
        {
            // A request that nobody's model takes is the caller's mistake; one that only the candidate refuses is the candidate's.
            var allowed = maxErrorRate + (rest.Requests == 0 ? 0 : (double)rest.Refused / rest.Requests);
            var rate = (double)(own.Errors + own.Refused) / own.Requests;
            if (rate > allowed)
            {
                return Text($"error rate {rate:P2} of {own.Requests} requests is above {allowed:P2}");
            }
        }

        if (own.Latency.Quantile(0.99) is not { } p99)
        {
            return null;
        }

        if (rules.MaxP99Ms is { } maxP99 && p99 > maxP99)
        {
            return Text($"99th percentile {p99:0.###} ms over {own.Requests} requests is above {maxP99:0.###} ms");
        }

        return rules.MaxP99Ratio is { } ratio && rest.Requests >= rules.MinSamples && rest.Latency.Quantile(0.99) is { } other && p99 > ratio * other
            ? Text($"99th percentile {p99:0.###} ms is above {ratio:0.##} times the {other:0.###} ms of the other variants")
            : null;
    }

    private static string? Drift(CanaryProgress canary, CanaryRules rules, IReadOnlyList<ModelAlert> alerts) =>
        rules.OnDrift && alerts.FirstOrDefault(alert => alert.Kind == AlertKind.Drift && alert.Replay is null && alert.RaisedAt >= canary.StartedAt) is { } alert
            ? $"drift alert: {alert.Message}"
            : null;

    private static string? Metric(CanarySpec canary, Moments candidate, Moments others)
    {
        if (canary.Rules.Metric is not { } rule
            || candidate.Count < LeastOutcomes
            || others.Count < LeastOutcomes
            || Compare(canary, rule, candidate, others) is not { } interval)
        {
            return null;
        }

        return IsWorse(rule, rule.HigherIsBetter ? interval.Upper : interval.Lower)
            ? Text($"{rule.Name} is worse than the other variants': difference {interval.Difference:G4} in [{interval.Lower:G4}, {interval.Upper:G4}] over {candidate.Count} outcomes, {rule.Tolerance:G4} accepted")
            : null;
    }

    /// <summary>Each step in which there is something to compare is a test of its own, and any of them may end the canary: they share alpha equally (Bonferroni).</summary>
    private static SequentialInterval? Compare(CanarySpec canary, MetricRule rule, Moments candidate, Moments others) =>
        MeanDifference.Compare(others, candidate, rule.Alpha / Math.Max(1, canary.Steps.Count(step => step.Share < 1)), EffectSize);

    /// <param name="difference">The candidate's less the others'.</param>
    private static bool IsWorse(MetricRule rule, double difference) => rule.HigherIsBetter ? difference < -rule.Tolerance : difference > rule.Tolerance;

    private static string Figures(VariantCounts counts) =>
        Text($"{(counts.Requests == 0 ? 0 : (double)(counts.Errors + counts.Refused) / counts.Requests):P2} errors, 99th percentile {counts.Latency.Quantile(0.99) ?? 0:0.###} ms");

    /// <summary>All but what fits nobody: one caller's are all on one side, and would be held against it.</summary>
    private static VariantCounts Sum(IEnumerable<VariantCounts> counts)
    {
        var all = counts.Aggregate(new VariantCounts("", 0, 0, 0, 0, SparseHistogram.Empty), EndpointCounts.Plus);
        return all with { Requests = all.Requests - all.Misfits, Refused = all.Refused - all.Misfits, Misfits = 0 };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
