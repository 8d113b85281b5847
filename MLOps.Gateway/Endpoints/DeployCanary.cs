using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>A canary of a deployment: steps of <c>weight</c> (share of the traffic, 0 to 1), and what rolls it back.</summary>
internal sealed record DeployCanary(
    string? Variant,
    IReadOnlyList<DeployCanaryStep?>? Steps,
    double? MaxErrorRate = null,
    double? MaxP99Ms = null,
    double? MaxP99Ratio = null,
    bool? OnDrift = null,
    long? MinSamples = null,
    DeployMetricRule? Metric = null)
{
    public CanarySpec ToSpec()
    {
        var rules = new CanaryRules();
        return new CanarySpec(
            Variant ?? throw DeployRequest.Invalid("canary.variant is missing: expected the name of the candidate."),
            (Steps ?? []).Select((step, i) => new CanaryStep(
                step?.Weight ?? throw DeployRequest.Invalid($"canary.steps[{i}].weight is missing: expected the candidate's share of the traffic, 0 to 1."),
                Milliseconds(step.DurationSeconds ?? 0, i),
                step.MinRequests ?? 0)).ToArray(),
            new CanaryRules(
                MaxErrorRate,
                MaxP99Ms,
                MaxP99Ratio,
                OnDrift ?? rules.OnDrift,
                Metric?.ToRule(),
                MinSamples ?? rules.MinSamples));
    }

    private static long Milliseconds(double seconds, int step) => seconds is >= 0 and < 1e9
        ? (long)(seconds * 1000)
        : throw DeployRequest.Invalid($"canary.steps[{step}].duration_seconds is {seconds}: expected 0 or more.");
}

internal sealed record DeployCanaryStep(double? Weight, double? DurationSeconds = null, long? MinRequests = null);

/// <summary>The business metric that a canary is held to.</summary>
internal sealed record DeployMetricRule(string? Name, bool? HigherIsBetter = null, double? Tolerance = null, double? Alpha = null)
{
    public MetricRule ToRule()
    {
        var rule = new MetricRule(Name ?? throw DeployRequest.Invalid("canary.metric.name is missing: expected the metric of the feedback."));
        return rule with { HigherIsBetter = HigherIsBetter ?? rule.HigherIsBetter, Tolerance = Tolerance ?? rule.Tolerance, Alpha = Alpha ?? rule.Alpha };
    }
}
