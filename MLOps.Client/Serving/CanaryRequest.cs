using System.Text.Json.Serialization;

namespace MLOps.Client.Serving;

/// <summary>How one variant gets its traffic step by step, and what takes it away again.</summary>
public sealed record CanaryRequest
{
    public required string Variant { get; init; }

    public required IReadOnlyList<CanaryStep> Steps { get; init; }

    /// <summary>Of the candidate's requests in a step, 0 to 1.</summary>
    public double? MaxErrorRate { get; init; }

    /// <summary>99th percentile of the candidate's latency, ms.</summary>
    [JsonPropertyName("max_p99_ms")]
    public double? MaxP99 { get; init; }

    /// <summary>The same as a multiple of the other variants'.</summary>
    [JsonPropertyName("max_p99_ratio")]
    public double? MaxP99Ratio { get; init; }

    /// <summary>Whether a new drift alert ends it. Default: true.</summary>
    public bool? OnDrift { get; init; }

    /// <summary>Requests of the candidate in a step before it is judged. Default: 50.</summary>
    public long? MinSamples { get; init; }

    public MetricRule? Metric { get; init; }
}

/// <param name="Weight">The candidate's share of the traffic, 0 to 1.</param>
public sealed record CanaryStep(double Weight, double DurationSeconds = 0, long MinRequests = 0);

/// <summary>A business metric of the feedback that must not get worse. A step in which the other variants have traffic waits for 30 outcomes of the candidate and 30 of the others.</summary>
/// <param name="Name">The outcome's metric.</param>
/// <param name="HigherIsBetter">Default: true.</param>
/// <param name="Tolerance">How much worse is accepted, in the metric's unit. Default: 0.</param>
/// <param name="Alpha">The probability of rolling back a candidate that is not worse, over the whole canary; its steps share it. Default: 0.05.</param>
public sealed record MetricRule(string Name, bool? HigherIsBetter = null, double? Tolerance = null, double? Alpha = null);
