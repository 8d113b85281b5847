namespace MLOps.Tracking.AiGateway;

/// <summary>Something that uses an endpoint.</summary>
/// <param name="DisplayName">The resource's name, when it is known.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
/// <param name="LastUpdatedAt">Unix milliseconds.</param>
public sealed record GatewayBinding(GatewayBindingKey Key, string? DisplayName, string? CreatedBy, long CreatedAt, string? LastUpdatedBy, long LastUpdatedAt);

/// <param name="ResourceType"><c>scorer</c>.</param>
public sealed record GatewayBindingKey(string EndpointId, string ResourceType, string ResourceId);
