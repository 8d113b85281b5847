using Microsoft.Extensions.Logging;

namespace MLOps.Tracking.Webhooks;

internal sealed partial class WebhookDispatcher
{
    [LoggerMessage(LogLevel.Information, "Delivery {DeliveryId} to webhook {WebhookId} failed {Failures} times, last with {Outcome}; next attempt in {Wait}")]
    private static partial void LogRetry(ILogger logger, string deliveryId, string webhookId, int failures, string outcome, TimeSpan wait);

    [LoggerMessage(LogLevel.Warning, "Delivery {DeliveryId} to webhook {WebhookId} given up after {Attempts} attempts, last with {Outcome}")]
    private static partial void LogGivenUp(ILogger logger, string deliveryId, string webhookId, int attempts, string outcome);

    [LoggerMessage(LogLevel.Information, "Delivery {DeliveryId} dropped: webhook {WebhookId} was deleted or disabled")]
    private static partial void LogNoTarget(ILogger logger, string deliveryId, string webhookId);

    [LoggerMessage(LogLevel.Error, "Delivery {DeliveryId} to webhook {WebhookId} failed in this process; it is taken up again when its lease of {Lease} ends")]
    private static partial void LogDeliveryFault(ILogger logger, Exception exception, string deliveryId, string webhookId, TimeSpan lease);

    [LoggerMessage(LogLevel.Error, "The webhook outbox cannot be read; next look in {Wait}")]
    private static partial void LogOutboxFault(ILogger logger, Exception exception, TimeSpan wait);

    [LoggerMessage(LogLevel.Debug, "Webhook deliveries stop; {Running} under way are given back")]
    private static partial void LogStopping(ILogger logger, int running);
}
