namespace MLOps.Tracking.Webhooks;

/// <summary>A connection was refused because its address is not public. It is never retried.</summary>
internal sealed class WebhookAddressException(string message) : Exception(message);
