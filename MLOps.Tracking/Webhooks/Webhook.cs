namespace MLOps.Tracking.Webhooks;

/// <summary>A receiver of registry events. Times are milliseconds since 1970.</summary>
public sealed record Webhook(
    string WebhookId,
    string Name,
    string? Description,
    string Url,
    IReadOnlyList<WebhookEvent> Events,
    WebhookStatus Status,
    long CreationTimestamp,
    long LastUpdatedTimestamp);
