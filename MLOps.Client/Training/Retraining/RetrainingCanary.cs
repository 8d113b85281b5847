using System.Text.Json.Serialization;
using MLOps.Client.Serving;

namespace MLOps.Client.Training.Retraining;

/// <summary>A canary of whatever version a policy trains: as <see cref="CanaryRequest"/>, but for the variant, which is the version's.</summary>
public sealed record RetrainingCanary
{
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
