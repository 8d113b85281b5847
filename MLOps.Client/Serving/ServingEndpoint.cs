using System.Text.Json.Serialization;

namespace MLOps.Client.Serving;

/// <summary>A serving endpoint and what runs behind it.</summary>
public sealed record ServingEndpoint
{
    public required string Name { get; init; }

    public EndpointStatus Status { get; init; }

    public string? StatusMessage { get; init; }

    /// <summary>Grows with every change.</summary>
    public long Revision { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<EndpointVariant> Variants { get; init; } = [];

    public DateTimeOffset? CreationTime { get; init; }

    public DateTimeOffset? LastUpdatedTime { get; init; }

    public long Requests { get; init; }

    public long Errors { get; init; }

    /// <summary>Median, in ms; null before the first request.</summary>
    [JsonPropertyName("latency_p50_ms")]
    public double? LatencyP50 { get; init; }

    /// <summary>99th percentile, in ms; null before the first request.</summary>
    [JsonPropertyName("latency_p99_ms")]
    public double? LatencyP99 { get; init; }

    public EndpointLimits? Limits { get; init; }

    public CaptureSettings? Capture { get; init; }

    /// <summary>The last canary, running or ended.</summary>
    public CanaryProgress? Canary { get; init; }

    public AbTestRequest? AbTest { get; init; }
}
