using System.Text.Json.Serialization;

namespace MLOps.Client.Serving;

/// <summary>What all gateways have seen of an endpoint, about a second late.</summary>
public sealed record EndpointInsight
{
    public required string Name { get; init; }

    public long Revision { get; init; }

    /// <summary>Counts since each variant was loaded.</summary>
    public IReadOnlyList<VariantCounts> Variants { get; init; } = [];

    public CanaryProgress? Canary { get; init; }

    /// <summary>Counts since the canary's step began.</summary>
    public IReadOnlyList<VariantCounts> CanaryStep { get; init; } = [];

    public IReadOnlyList<ShadowDifferences> Shadows { get; init; } = [];

    public AbTestResult? AbTest { get; init; }
}

/// <summary>Counts of one variant.</summary>
public sealed record VariantCounts
{
    public required string Name { get; init; }

    public long Requests { get; init; }

    public long Errors { get; init; }

    /// <summary>Requests that did not fit the model, but for those that asked for its version.</summary>
    public long Refused { get; init; }

    [JsonPropertyName("latency_p50_ms")]
    public double? LatencyP50 { get; init; }

    [JsonPropertyName("latency_p99_ms")]
    public double? LatencyP99 { get; init; }
}
