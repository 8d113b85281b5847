using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Webhooks;

/// <summary>Sends an event's example as any delivery is sent.</summary>
internal sealed class WebhookTester(SqlWebhookStore store, WebhookSender sender, TimeProvider clock) : IWebhookTester
{
    public async Task<WebhookTestResult> TestAsync(string webhookId, WebhookEvent? webhookEvent, CancellationToken cancellationToken = default)
    {
        var webhook = await store.GetWebhookAsync(webhookId, cancellationToken);
        var tested = webhookEvent ?? (webhook.Events.Count > 0
            ? webhook.Events[0]
            : throw new MLOpsException(ProblemCode.InvalidState, $"Webhook {webhookId} subscribes to no event that this server knows: name the event to test."));
        WebhookTarget? target;
        try
        {
            target = store.FindTarget(webhookId, activeOnly: false);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.InvalidState)
        {
            return Failed(exception.Message);
        }

        if (target is null)
        {
            throw new MLOpsException(ProblemCode.NotFound, $"Webhook with ID {webhookId} not found.");
        }

        var payload = WebhookPayload.Write(tested, clock.GetUtcNow(), WebhookPayload.Example(tested));
        var attempt = await sender.SendAsync(target, Guid.NewGuid().ToString(), payload, cancellationToken);
        return attempt.Status is { } status ? new WebhookTestResult(attempt.Arrived, status, attempt.Body, null) : Failed(attempt.Error!);
    }

    private static WebhookTestResult Failed(string why) => new(false, null, null, $"Failed to test webhook: {why}");
}
