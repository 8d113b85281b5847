namespace MLOps.Tracking.Webhooks;

/// <param name="Secret">Signs the deliveries; null: they are not signed.</param>
public sealed record CreateWebhook(string Name, string Url, IReadOnlyList<WebhookEvent> Events, string? Description, string? Secret, WebhookStatus Status);

/// <summary>What is null stays as it is.</summary>
public sealed record UpdateWebhook(string? Name, string? Url, IReadOnlyList<WebhookEvent>? Events, string? Description, string? Secret, WebhookStatus? Status);
