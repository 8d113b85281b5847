using System.Globalization;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Webhooks;

/// <summary>Events that wait for their delivery, in <c>mlops_webhook_delivery</c>. They are written in the transaction of the change
/// that raised them, so that no crash separates the two; a row goes when its delivery has ended one way or the other.
/// A claimed row is out of others' sight until its lease ends: a process that dies delivers late, not never.</summary>
internal sealed class WebhookOutbox(SqlDatabase database, TimeProvider clock)
{
    /// <summary>Writes a delivery for every active webhook that subscribes to the event. Part of the caller's transaction.</summary>
    /// <param name="data">The event's own part of the body; only called when somebody subscribes.</param>
    public static void Raise(SqlSession session, WebhookEvent raised, Func<IReadOnlyDictionary<string, object?>> data, TimeProvider clock, WebhookSignal? signal)
    {
        var webhooks = session.Query(
            "SELECT w.webhook_id FROM webhook_events e JOIN webhooks w ON w.webhook_id = e.webhook_id WHERE e.entity = $0 AND e.action = $1 AND w.workspace = 'default' AND w.status = 'ACTIVE' AND w.deleted_timestamp IS NULL",
            row => row.GetString(0),
            raised.EntityName,
            raised.ActionName);
        if (webhooks.Count == 0)
        {
            return;
        }

        var now = clock.GetUtcNow();
        var payload = WebhookPayload.Write(raised, now, data());
        foreach (var webhook in webhooks)
        {
            session.Execute(
                "INSERT INTO mlops_webhook_delivery (delivery_id, webhook_id, payload, failures, created_ms, next_attempt_ms) VALUES ($0, $1, $2, 0, $3, $3)",
                Guid.NewGuid().ToString(),
                webhook,
                payload,
                now.ToUnixTimeMilliseconds());
        }

        // Before the commit: the dispatcher's claim queues up behind it.
        signal?.Set();
    }

    /// <summary>Takes what is due, oldest first.</summary>
    /// <param name="lease">How long nobody else will take it.</param>
    public Task<List<WebhookDelivery>> ClaimAsync(int count, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = Milliseconds(clock.GetUtcNow());
        return database.WriteAsync(
            session => session.Query(
                "UPDATE mlops_webhook_delivery SET next_attempt_ms = $0 WHERE next_attempt_ms <= $1 AND delivery_id IN (SELECT delivery_id FROM mlops_webhook_delivery WHERE next_attempt_ms <= $1 ORDER BY created_ms LIMIT $2) RETURNING delivery_id, webhook_id, payload, failures",
                row => new WebhookDelivery(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt32(3)),
                now + (long)lease.TotalMilliseconds,
                now,
                count),
            cancellationToken);
    }

    /// <returns>How long until the next one is due; null: none waits.</returns>
    public TimeSpan? UntilNext()
    {
        var next = database.Read(session => session.Scalar("SELECT MIN(next_attempt_ms) FROM mlops_webhook_delivery"));
        return next is null ? null : TimeSpan.FromMilliseconds(Math.Max(0, Convert.ToInt64(next, CultureInfo.InvariantCulture) - Milliseconds(clock.GetUtcNow())));
    }

    /// <summary>The delivery has ended: it arrived, or there will be no more attempts.</summary>
    public Task RemoveAsync(string deliveryId, CancellationToken cancellationToken) =>
        database.WriteAsync(session => { session.Execute("DELETE FROM mlops_webhook_delivery WHERE delivery_id = $0", deliveryId); }, cancellationToken);

    /// <summary>The next attempt comes later.</summary>
    /// <param name="failures">Attempts that failed so far.</param>
    public Task PostponeAsync(string deliveryId, int failures, DateTimeOffset until, CancellationToken cancellationToken) => database.WriteAsync(
        session => { session.Execute("UPDATE mlops_webhook_delivery SET failures = $0, next_attempt_ms = $1 WHERE delivery_id = $2", failures, Milliseconds(until), deliveryId); },
        cancellationToken);

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}
