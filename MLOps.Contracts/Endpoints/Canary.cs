namespace MLOps.Contracts.Endpoints;

/// <summary>How one variant gets its traffic step by step, and what takes it away again.</summary>
/// <param name="Variant">The candidate: a live variant of the endpoint.</param>
/// <param name="Steps">In order; when the last is over the candidate gets all traffic.</param>
[GenerateSerializer, Immutable, Alias("mlops.CanarySpec")]
public sealed record CanarySpec(
    [property: Id(0)] string Variant,
    [property: Id(1)] IReadOnlyList<CanaryStep> Steps,
    [property: Id(2)] CanaryRules Rules);

/// <summary>A step is over when it has lasted long enough, the candidate has answered enough, and the rules had what they need.</summary>
/// <param name="Share">The candidate's share of the traffic, above 0 and at most 1.</param>
/// <param name="DurationMs">The least time.</param>
/// <param name="MinRequests">The fewest requests of the candidate.</param>
[GenerateSerializer, Immutable, Alias("mlops.CanaryStep")]
public sealed record CanaryStep(
    [property: Id(0)] double Share,
    [property: Id(1)] long DurationMs,
    [property: Id(2)] long MinRequests = 0);

/// <summary>What rolls a canary back. A null rule does not apply.</summary>
/// <param name="MaxErrorRate">Of the candidate's requests in the step, 0 to 1. Refused requests count as far as the other variants did not refuse them as often.</param>
/// <param name="MaxP99Ms">99th percentile of the candidate's latency in the step.</param>
/// <param name="MaxP99Ratio">The same as a multiple of the other variants' 99th percentile.</param>
/// <param name="OnDrift">Whether a new drift alert of the endpoint's live traffic ends it.</param>
/// <param name="Metric">A business metric that comes back as feedback.</param>
/// <param name="MinSamples">Requests of the candidate in the step before rates and percentiles are judged.</param>
[GenerateSerializer, Immutable, Alias("mlops.CanaryRules")]
public sealed record CanaryRules(
    [property: Id(0)] double? MaxErrorRate = null,
    [property: Id(1)] double? MaxP99Ms = null,
    [property: Id(2)] double? MaxP99Ratio = null,
    [property: Id(3)] bool OnDrift = true,
    [property: Id(4)] MetricRule? Metric = null,
    [property: Id(5)] long MinSamples = 50);

/// <summary>The candidate's mean outcome must not be worse than the others': it is rolled back when the always-valid interval of the difference says so.
/// A step in which the others have traffic waits for 30 outcomes of the candidate and 30 of the others.</summary>
/// <param name="Name">The outcome's metric.</param>
/// <param name="Tolerance">How much worse is accepted, in the metric's unit.</param>
/// <param name="Alpha">The probability of rolling back a candidate that is not worse, over the whole canary: each step in which the others have traffic has an equal part of it.</param>
[GenerateSerializer, Immutable, Alias("mlops.MetricRule")]
public sealed record MetricRule(
    [property: Id(0)] string Name,
    [property: Id(1)] bool HigherIsBetter = true,
    [property: Id(2)] double Tolerance = 0,
    [property: Id(3)] double Alpha = 0.05);

public enum CanaryStatus
{
    Running = 0,
    Promoted,
    RolledBack,
    Aborted,
}

/// <summary>Where a canary stands. Times are Unix ms.</summary>
/// <param name="Step">From 0.</param>
/// <param name="Reason">Why it ended, or why it does not go on yet.</param>
/// <param name="Weights">The other variants' weights among themselves, in the order of the endpoint's variants.</param>
[GenerateSerializer, Immutable, Alias("mlops.CanaryProgress")]
public sealed record CanaryProgress(
    [property: Id(0)] CanarySpec Spec,
    [property: Id(1)] CanaryStatus Status,
    [property: Id(2)] int Step,
    [property: Id(3)] long StartedAt,
    [property: Id(4)] long StepStartedAt,
    [property: Id(5)] string? Reason,
    [property: Id(6)] IReadOnlyList<double> Weights);

/// <summary>What a person does to a running canary.</summary>
public enum CanaryCommand
{
    /// <summary>All traffic to the candidate, now.</summary>
    Promote = 0,

    /// <summary>No traffic to the candidate, now.</summary>
    Abort,
}
