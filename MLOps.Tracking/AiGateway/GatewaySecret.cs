using MLOps.Contracts.Experiments;

namespace MLOps.Tracking.AiGateway;

/// <summary>Credentials for a provider, without their values.</summary>
/// <param name="MaskedValues">A few characters of each value, to tell keys apart.</param>
/// <param name="AuthConfig">What is not secret: the region, the way of authentication.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
/// <param name="LastUpdatedAt">Unix milliseconds.</param>
public sealed record GatewaySecret(
    string SecretId,
    string Name,
    IReadOnlyList<KeyValue> MaskedValues,
    string? Provider,
    IReadOnlyList<KeyValue> AuthConfig,
    string? CreatedBy,
    long CreatedAt,
    string? LastUpdatedBy,
    long LastUpdatedAt);
