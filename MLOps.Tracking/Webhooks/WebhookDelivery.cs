namespace MLOps.Tracking.Webhooks;

/// <summary>One event on its way to one webhook.</summary>
/// <param name="DeliveryId">The same for every attempt, so that a receiver can tell a repetition.</param>
/// <param name="Payload">The request's body.</param>
/// <param name="Failures">Attempts that failed so far.</param>
internal sealed record WebhookDelivery(string DeliveryId, string WebhookId, string Payload, int Failures);
