using MLOps.Contracts.Experiments;

namespace MLOps.Tracking.AiGateway;

/// <summary>A name under which models can be asked.</summary>
/// <param name="Models">Those that take the traffic first, then those to fall back on, in their order.</param>
/// <param name="RoutingStrategy"><c>REQUEST_BASED_TRAFFIC_SPLIT</c>, or null.</param>
/// <param name="ExperimentId">Where its traces go; null: nowhere.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
/// <param name="LastUpdatedAt">Unix milliseconds.</param>
public sealed record GatewayEndpoint(
    string EndpointId,
    string? Name,
    IReadOnlyList<GatewayModelLink> Models,
    IReadOnlyList<KeyValue> Tags,
    string? RoutingStrategy,
    GatewayFallback? Fallback,
    string? ExperimentId,
    bool UsageTracking,
    string? CreatedBy,
    long CreatedAt,
    string? LastUpdatedBy,
    long LastUpdatedAt);

/// <param name="Strategy"><c>SEQUENTIAL</c>, or null.</param>
/// <param name="MaxAttempts">How many models to fall back on; null: all.</param>
public sealed record GatewayFallback(string? Strategy, int? MaxAttempts);

/// <summary>A model in an endpoint.</summary>
/// <param name="CreatedAt">Unix milliseconds.</param>
public sealed record GatewayModelLink(string LinkId, string EndpointId, GatewayModel Model, GatewayModelUse Use, string? CreatedBy, long CreatedAt);

/// <param name="Linkage"><see cref="Primary"/> or <see cref="Fallback"/>.</param>
/// <param name="Weight">Share of the traffic.</param>
/// <param name="FallbackOrder">Place among those to fall back on, from 0.</param>
public sealed record GatewayModelUse(string ModelId, string Linkage, float Weight, int? FallbackOrder)
{
    public const string Primary = "PRIMARY";

    public const string Fallback = "FALLBACK";
}
