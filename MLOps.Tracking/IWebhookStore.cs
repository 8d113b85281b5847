using MLOps.Contracts.Problems;
using MLOps.Tracking.Webhooks;

namespace MLOps.Tracking;

/// <summary>Webhooks, in MLflow's own tables. A completed write is durable. Unknown and deleted ids throw <see cref="ProblemCode.NotFound"/>.
/// The signing secret goes in and never comes out.</summary>
public interface IWebhookStore
{
    /// <exception cref="MLOpsException">InvalidArgument: the name, the URL (also one that leads into a private network), the events or a length.</exception>
    Task<Webhook> CreateWebhookAsync(CreateWebhook command, CancellationToken cancellationToken = default);

    Task<Webhook> GetWebhookAsync(string webhookId, CancellationToken cancellationToken = default);

    /// <summary>Webhooks that are not deleted, newest first.</summary>
    /// <param name="maxResults">1 to 1000.</param>
    /// <param name="pageToken">Of the page before; null for the first.</param>
    Task<Page<Webhook>> ListWebhooksAsync(int maxResults, string? pageToken, CancellationToken cancellationToken = default);

    /// <summary>Changes what the command names; the rest stays.</summary>
    /// <exception cref="MLOpsException">As for creating.</exception>
    Task<Webhook> UpdateWebhookAsync(string webhookId, UpdateWebhook command, CancellationToken cancellationToken = default);

    /// <summary>Marks it deleted, as MLflow does: its row stays, nothing is delivered any more.</summary>
    Task DeleteWebhookAsync(string webhookId, CancellationToken cancellationToken = default);
}
