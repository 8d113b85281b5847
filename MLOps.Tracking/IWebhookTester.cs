using MLOps.Tracking.Webhooks;

namespace MLOps.Tracking;

/// <summary>Sends an example of an event to a webhook's receiver, so that its owner sees whether the two understand each other.</summary>
public interface IWebhookTester
{
    /// <summary>One attempt, without retries, whatever the webhook's status.</summary>
    /// <param name="webhookId">An unknown id throws NotFound.</param>
    /// <param name="webhookEvent">Null: the first that the webhook subscribes to.</param>
    Task<WebhookTestResult> TestAsync(string webhookId, WebhookEvent? webhookEvent, CancellationToken cancellationToken = default);
}
