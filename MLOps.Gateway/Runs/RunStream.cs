using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Runs;

/// <summary>Server-sent events of one run: <c>metric</c>, <c>run</c>, and <c>gap</c> when the watcher has missed values and should read the curves again.
/// Values come from the run's grain as they are logged; what another program writes to the same database is found by looking, every <see cref="KeepAlive"/>.</summary>
internal sealed class RunStream(HttpResponse response, JsonSerializerOptions json)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, Metric> _latest = new(StringComparer.Ordinal);
    private (RunStatus Status, long? EndTime) _state;
    private long _sent;

    public static async Task WriteAsync(
        string id, HttpContext http, ITrackingStore tracking, IGrainFactory grains, IOptions<JsonOptions> json, TimeProvider clock, IHostApplicationLifetime host, ILogger<RunStream> logger)
    {
        // An open dashboard must not hold up Ctrl-C: the server waits for its requests before it stops.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        var cancelled = ending.Token;
        var stream = new RunStream(http.Response, json.Value.SerializerOptions);
        stream.Know(await tracking.GetRunAsync(id, cancelled));
        await using var watch = await RunWatch.StartAsync(id, grains, clock, logger);
        try
        {
            await stream.BeginAsync(http.Request, cancelled);
            var looked = clock.GetTimestamp();
            while (!cancelled.IsCancellationRequested)
            {
                await stream.PassOnAsync(watch.Subscriber, clock, cancelled);
                if (clock.GetElapsedTime(looked) >= KeepAlive)
                {
                    await stream.LookAsync(await tracking.GetRunAsync(id, cancelled), cancelled);
                    looked = clock.GetTimestamp();
                }

                await watch.RenewAsync();
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            // The watcher left or the host stops: that is how a stream ends.
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound && http.Response.HasStarted)
        {
            // The run was purged while it was watched: nothing more will come.
        }
    }

    private async Task BeginAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        await response.WriteAsync(": watching\nretry: 2000\n\n", cancellationToken);

        // A client that names its last event comes back: what was logged meanwhile is in the curves, not here.
        if (request.Headers.ContainsKey("Last-Event-ID"))
        {
            await SendAsync("gap", new { Reason = "reconnected", Lost = (long?)null }, cancellationToken);
        }

        await response.Body.FlushAsync(cancellationToken);
    }

    private async Task PassOnAsync(RunSubscriber subscriber, TimeProvider clock, CancellationToken cancellationToken)
    {
        await foreach (var happened in subscriber.ReadAsync(KeepAlive, clock, cancellationToken))
        {
            if (happened is Metric metric)
            {
                await SendAsync(metric, cancellationToken);
            }
            else
            {
                await SendAsync((RunInfo)happened, cancellationToken);
            }
        }

        if (subscriber.TakeLost() is > 0 and var lost)
        {
            await SendAsync("gap", new { Reason = "slow", Lost = (long?)lost }, cancellationToken);
        }

        await response.WriteAsync(": alive\n\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    /// <summary>Sends what the store has and the stream has not: another program wrote it.</summary>
    internal async Task LookAsync(Run run, CancellationToken cancellationToken)
    {
        foreach (var metric in run.Metrics.Where(metric => !_latest.TryGetValue(metric.Key, out var known) || metric.IsLaterThan(known)))
        {
            await SendAsync(metric, cancellationToken);
        }

        if (_state != (run.Info.Status, run.Info.EndTime))
        {
            await SendAsync(run.Info, cancellationToken);
        }
    }

    /// <summary>What the watcher has from the curves already.</summary>
    internal void Know(Run run)
    {
        foreach (var metric in run.Metrics)
        {
            _latest[metric.Key] = metric;
        }

        _state = (run.Info.Status, run.Info.EndTime);
    }

    private Task SendAsync(Metric metric, CancellationToken cancellationToken)
    {
        if (!_latest.TryGetValue(metric.Key, out var known) || metric.IsLaterThan(known))
        {
            _latest[metric.Key] = metric;
        }

        return SendAsync("metric", new { metric.Key, metric.Value, metric.Timestamp, metric.Step }, cancellationToken);
    }

    private Task SendAsync(RunInfo info, CancellationToken cancellationToken)
    {
        _state = (info.Status, info.EndTime);
        return SendAsync("run", new { Status = info.Status.ToString().ToUpperInvariant(), info.EndTime }, cancellationToken);
    }

    private Task SendAsync(string name, object data, CancellationToken cancellationToken) => response.WriteAsync(
        string.Create(CultureInfo.InvariantCulture, $"id: {++_sent}\nevent: {name}\ndata: {JsonSerializer.Serialize(data, json)}\n\n"),
        cancellationToken);
}
