using MLOps.Contracts.Experiments;

namespace MLOps.Tracking.AiGateway;

/// <param name="Values">The secret values by name; none for a provider that takes the server's own credentials.</param>
public sealed record CreateGatewaySecret(string Name, IReadOnlyList<KeyValue> Values, string? Provider, IReadOnlyList<KeyValue> AuthConfig, string? CreatedBy);

/// <summary>What is null or empty stays as it is; new values replace all old ones.</summary>
public sealed record UpdateGatewaySecret(IReadOnlyList<KeyValue> Values, IReadOnlyList<KeyValue> AuthConfig, string? UpdatedBy);

public sealed record CreateGatewayModel(string Name, string SecretId, string Provider, string ModelName, string? CreatedBy);

/// <summary>What is null stays as it is.</summary>
public sealed record UpdateGatewayModel(string? Name, string? SecretId, string? Provider, string? ModelName, string? UpdatedBy);

public sealed record CreateGatewayEndpoint(
    string Name,
    IReadOnlyList<GatewayModelUse> Models,
    string? RoutingStrategy,
    GatewayFallback? Fallback,
    string? ExperimentId,
    bool UsageTracking,
    string? CreatedBy);

/// <summary>What is null stays as it is. Models replace all old ones, and with them the fallback's settings.</summary>
public sealed record UpdateGatewayEndpoint(
    string? Name,
    IReadOnlyList<GatewayModelUse>? Models,
    string? RoutingStrategy,
    GatewayFallback? Fallback,
    string? ExperimentId,
    bool? UsageTracking,
    string? UpdatedBy);
