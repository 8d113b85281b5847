using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Webhooks;

/// <summary>Webhooks in MLflow's tables <c>webhooks</c> and <c>webhook_events</c>; the secret is encrypted as MLflow encrypts it.</summary>
internal sealed class SqlWebhookStore(SqlDatabase database, WebhookRules rules, WebhookSecrets secrets, TimeProvider clock) : IWebhookStore
{
    private const int MaxListed = 1000;
    private const string Select = "SELECT webhook_id, name, description, url, status, creation_timestamp, last_updated_timestamp FROM webhooks WHERE workspace = 'default' AND deleted_timestamp IS NULL";

    public async Task<Webhook> CreateWebhookAsync(CreateWebhook command, CancellationToken cancellationToken = default)
    {
        WebhookRules.Name(command.Name);
        await rules.UrlAsync(command.Url, cancellationToken);
        WebhookRules.Events(command.Events);
        WebhookRules.Description(command.Description);
        var secret = command.Secret is null ? null : secrets.Encrypt(command.Secret);
        var id = Guid.NewGuid().ToString();
        return await database.WriteAsync(
            session =>
            {
                session.Execute(
                    "INSERT INTO webhooks (webhook_id, name, description, url, status, secret, creation_timestamp, last_updated_timestamp, workspace) VALUES ($0, $1, $2, $3, $4, $5, $6, $6, 'default')",
                    id,
                    command.Name,
                    command.Description,
                    command.Url,
                    Stored(command.Status),
                    secret,
                    Now());
                WriteEvents(session, id, command.Events);
                return Require(session, id);
            },
            cancellationToken);
    }

    public Task<Webhook> GetWebhookAsync(string webhookId, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => Require(session, webhookId)));

    public Task<Page<Webhook>> ListWebhooksAsync(int maxResults, string? pageToken, CancellationToken cancellationToken = default)
    {
        if (maxResults is < 1 or > MaxListed)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"max_results must be between 1 and {MaxListed}.");
        }

        var offset = PageToken.Offset(pageToken);
        return Task.FromResult(database.Read(session =>
        {
            var rows = session.Query(
                Select + " ORDER BY creation_timestamp DESC, webhook_id LIMIT $0 OFFSET $1",
                row => new Webhook(row.GetString(0), row.GetString(1), row.Text(2), row.GetString(3), [], Status(row.Text(4)), row.Long(5) ?? 0, row.Long(6) ?? 0),
                maxResults + 1,
                offset);
            var page = PageToken.Page(rows, offset, maxResults);
            return page with { Items = [.. page.Items.Select(webhook => WithEvents(session, webhook))] };
        }));
    }

    public async Task<Webhook> UpdateWebhookAsync(string webhookId, UpdateWebhook command, CancellationToken cancellationToken = default)
    {
        await GetWebhookAsync(webhookId, cancellationToken);
        if (command.Name is not null)
        {
            WebhookRules.Name(command.Name);
        }

        if (command.Url is not null)
        {
            await rules.UrlAsync(command.Url, cancellationToken);
        }

        if (command.Events is not null)
        {
            WebhookRules.Events(command.Events);
        }

        WebhookRules.Description(command.Description);
        var secret = command.Secret is null ? null : secrets.Encrypt(command.Secret);
        return await database.WriteAsync(session => Update(session, webhookId, command, secret), cancellationToken);
    }

    public Task DeleteWebhookAsync(string webhookId, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Require(session, webhookId);
            session.Execute("UPDATE webhooks SET deleted_timestamp = $0, last_updated_timestamp = $0 WHERE webhook_id = $1", Now(), webhookId);
            session.Execute("DELETE FROM mlops_webhook_delivery WHERE webhook_id = $0", webhookId);
        },
        cancellationToken);

    /// <summary>Where a delivery goes and what signs it.</summary>
    /// <param name="activeOnly">False: a disabled webhook counts too.</param>
    /// <returns>Null: deleted, or disabled and only an active one was wanted.</returns>
    /// <exception cref="MLOpsException">InvalidState: the secret cannot be decrypted.</exception>
    public WebhookTarget? FindTarget(string webhookId, bool activeOnly)
    {
        var found = database.Read(session => session.First(
            "SELECT url, secret, status FROM webhooks WHERE workspace = 'default' AND deleted_timestamp IS NULL AND webhook_id = $0",
            row => new { Url = row.GetString(0), Secret = row.Text(1), Status = Status(row.Text(2)) },
            webhookId));
        return found is null || (activeOnly && found.Status != WebhookStatus.Active)
            ? null
            : new WebhookTarget(found.Url, found.Secret is null ? null : secrets.Decrypt(found.Secret));
    }

    private Webhook Update(SqlSession session, string webhookId, UpdateWebhook command, string? secret)
    {
        var old = Require(session, webhookId);

        // An update is later than what it changes, even within one millisecond: clients compare.
        session.Execute(
            "UPDATE webhooks SET name = $0, description = $1, url = $2, status = $3, last_updated_timestamp = $4 WHERE webhook_id = $5",
            command.Name ?? old.Name,
            command.Description ?? old.Description,
            command.Url ?? old.Url,
            Stored(command.Status ?? old.Status),
            Math.Max(Now(), old.LastUpdatedTimestamp + 1),
            webhookId);
        if (secret is not null)
        {
            session.Execute("UPDATE webhooks SET secret = $0 WHERE webhook_id = $1", secret, webhookId);
        }

        if (command.Events is not null)
        {
            session.Execute("DELETE FROM webhook_events WHERE webhook_id = $0", webhookId);
            WriteEvents(session, webhookId, command.Events);
        }

        return Require(session, webhookId);
    }

    private static void WriteEvents(SqlSession session, string webhookId, IEnumerable<WebhookEvent> events)
    {
        foreach (var subscribed in events.Distinct())
        {
            session.Execute("INSERT INTO webhook_events (webhook_id, entity, action) VALUES ($0, $1, $2)", webhookId, subscribed.EntityName, subscribed.ActionName);
        }
    }

    private static Webhook Require(SqlSession session, string webhookId) => WithEvents(
        session,
        session.First(
            Select + " AND webhook_id = $0",
            row => new Webhook(row.GetString(0), row.GetString(1), row.Text(2), row.GetString(3), [], Status(row.Text(4)), row.Long(5) ?? 0, row.Long(6) ?? 0),
            webhookId)
            ?? throw new MLOpsException(ProblemCode.NotFound, $"Webhook with ID {webhookId} not found."));

    /// <summary>Events of entities or actions that a newer MLflow may have stored are left out: nothing here raises them.</summary>
    private static Webhook WithEvents(SqlSession session, Webhook webhook)
    {
        var names = session.Query(
            "SELECT entity, action FROM webhook_events WHERE webhook_id = $0 ORDER BY entity, action",
            row => (Entity: row.GetString(0), Action: row.GetString(1)),
            webhook.WebhookId);
        return webhook with
        {
            Events = [.. names.SelectMany(name => WebhookEvent.All.Where(known => known.EntityName == name.Entity && known.ActionName == name.Action))],
        };
    }

    private static string Stored(WebhookStatus status) => status == WebhookStatus.Disabled ? "DISABLED" : "ACTIVE";

    private static WebhookStatus Status(string? stored) => stored == "DISABLED" ? WebhookStatus.Disabled : WebhookStatus.Active;

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
