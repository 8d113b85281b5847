namespace MLOps.Tracking.Webhooks;

/// <param name="Url">Where to deliver.</param>
/// <param name="Secret">Signs the delivery; null: it is not signed.</param>
internal sealed record WebhookTarget(string Url, string? Secret);
