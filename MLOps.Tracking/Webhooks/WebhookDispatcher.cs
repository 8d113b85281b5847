using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Webhooks;

/// <summary>Delivers what the outbox holds, a bounded number at once, and tries again what may succeed later.
/// At least once: a process that dies between the receiver's answer and the row's removal delivers again, with the same delivery id.</summary>
internal sealed partial class WebhookDispatcher(
    WebhookOutbox outbox,
    SqlWebhookStore store,
    WebhookSender sender,
    WebhookSignal signal,
    IOptions<WebhookOptions> options,
    TimeProvider clock,
    ILogger<WebhookDispatcher> logger) : BackgroundService
{
    /// <summary>How often to look without a signal: another process may have written, or died with a lease.</summary>
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);
    private readonly List<Task> _running = [];

    private TimeSpan Lease => options.Value.RequestTimeout!.Value + TimeSpan.FromSeconds(10);

    /// <summary>The wait after a failed attempt: what the receiver asks for, else a step that doubles, with a random part against herds.</summary>
    /// <param name="failures">Attempts that failed so far, 1 or more.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan Backoff(int failures, TimeSpan step, TimeSpan? retryAfter, double random)
    {
        if (retryAfter is { } asked && asked > TimeSpan.Zero)
        {
            return asked < MaxRetryAfter ? asked : MaxRetryAfter;
        }

        var wait = step * (Math.Pow(2, Math.Min(failures - 1, 30)) + random);
        return wait < MaxBackoff ? wait : MaxBackoff;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var signalled = true;
            while (!stoppingToken.IsCancellationRequested)
            {
                var wait = await StartDueAsync(signalled, stoppingToken);
                signalled = await signal.WaitAsync(wait, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopping(logger, _running.Count);
        }

        await Task.WhenAll(_running);
    }

    /// <summary>Starts as many due deliveries as there are free places.</summary>
    /// <param name="signalled">One is being written: the claim waits for its commit, which a read would not see yet. Without a signal a read says whether a claim, which is a write, is worth it.</param>
    /// <returns>How long to wait for the next look unless the signal comes first.</returns>
    private async Task<TimeSpan> StartDueAsync(bool signalled, CancellationToken stopping)
    {
        try
        {
            _running.RemoveAll(task => task.IsCompleted);
            var free = options.Value.MaxConcurrency!.Value - _running.Count;
            var next = signalled ? TimeSpan.Zero : outbox.UntilNext();
            if (free > 0 && next == TimeSpan.Zero)
            {
                foreach (var delivery in await outbox.ClaimAsync(free, Lease, stopping))
                {
                    _running.Add(Task.Run(() => DeliverAsync(delivery, stopping), CancellationToken.None));
                }

                next = outbox.UntilNext();
            }

            return _running.Count < options.Value.MaxConcurrency.Value && next is { } soon && soon < Sweep ? soon : Sweep;
        }
        catch (Exception exception) when (exception is MLOpsException or DbException)
        {
            LogOutboxFault(logger, exception, AfterFault);
            return AfterFault;
        }
    }

    private async Task DeliverAsync(WebhookDelivery delivery, CancellationToken stopping)
    {
        try
        {
            await AttemptAsync(delivery, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await GiveBackAsync(delivery);
        }
#pragma warning disable CA1031 // The last frame of a background task: whatever it was is logged, and the lease brings the delivery back.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogDeliveryFault(logger, exception, delivery.DeliveryId, delivery.WebhookId, Lease);
        }
        finally
        {
            signal.Set();
        }
    }

    private async Task AttemptAsync(WebhookDelivery delivery, CancellationToken stopping)
    {
        WebhookAttempt attempt;
        try
        {
            if (store.FindTarget(delivery.WebhookId, activeOnly: true) is not { } target)
            {
                LogNoTarget(logger, delivery.DeliveryId, delivery.WebhookId);
                await outbox.RemoveAsync(delivery.DeliveryId, CancellationToken.None);
                return;
            }

            attempt = await sender.SendAsync(target, delivery.DeliveryId, delivery.Payload, stopping);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.InvalidState)
        {
            attempt = WebhookAttempt.NoAnswer(exception.Message) with { Refused = true };
        }

        var failures = delivery.Failures + 1;
        if (attempt.Arrived)
        {
            await outbox.RemoveAsync(delivery.DeliveryId, CancellationToken.None);
        }
        else if (attempt.MayRetry && failures <= options.Value.MaxRetries)
        {
#pragma warning disable CA5394 // The random part spreads load; nobody gains by guessing it.
            var wait = Backoff(failures, options.Value.BackoffStep, attempt.RetryAfter, Random.Shared.NextDouble());
#pragma warning restore CA5394
            LogRetry(logger, delivery.DeliveryId, delivery.WebhookId, failures, attempt.Outcome, wait);
            await outbox.PostponeAsync(delivery.DeliveryId, failures, clock.GetUtcNow() + wait, CancellationToken.None);
        }
        else
        {
            LogGivenUp(logger, delivery.DeliveryId, delivery.WebhookId, failures, attempt.Outcome);
            await outbox.RemoveAsync(delivery.DeliveryId, CancellationToken.None);
        }
    }

    /// <summary>A clean stop does not make the next start wait for the lease.</summary>
    private async Task GiveBackAsync(WebhookDelivery delivery)
    {
        try
        {
            await outbox.PostponeAsync(delivery.DeliveryId, delivery.Failures, clock.GetUtcNow(), CancellationToken.None);
        }
        catch (Exception exception) when (exception is MLOpsException or DbException)
        {
            LogDeliveryFault(logger, exception, delivery.DeliveryId, delivery.WebhookId, Lease);
        }
    }
}
