namespace MLOps.Tracking.AiGateway;

/// <summary>A provider's model and the secret that opens it.</summary>
/// <param name="SecretId">Null: its secret was deleted.</param>
/// <param name="SecretName">Null: its secret was deleted.</param>
/// <param name="ModelName">As the provider calls it.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
/// <param name="LastUpdatedAt">Unix milliseconds.</param>
public sealed record GatewayModel(
    string ModelId,
    string Name,
    string? SecretId,
    string? SecretName,
    string Provider,
    string ModelName,
    string? CreatedBy,
    long CreatedAt,
    string? LastUpdatedBy,
    long LastUpdatedAt);
