using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Training;

/// <summary>Server-sent events of one job: <c>job</c> whenever it has changed, with its queue position or estimated end; <c>curve</c> once for each metric that there is when the
/// stream begins, and again after a gap; <c>metric</c> for each value from then on. It is whole by itself: a watcher that comes back gets the curves anew. It ends with the job.</summary>
internal sealed class TrainingStream(HttpResponse response)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Of each curve: what a screen can show.</summary>
    private const int MaxPoints = 2000;

    /// <summary>A loss that is not a number is told as "NaN".</summary>
    private static readonly JsonSerializerOptions Json = new(ServingJson.Options) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>By metric, the last value that was sent: what a curve has does not come again. A step may have two, its own and what the whole training came to.</summary>
    private readonly Dictionary<string, Metric> _sent = new(StringComparer.Ordinal);
    private string? _job;

    public static async Task WriteAsync(string id, HttpContext http, ITrackingStore tracking, IGrainFactory grains, TimeProvider clock, IHostApplicationLifetime host, ILogger<TrainingStream> logger)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        var job = TrainingApi.Job(id, grains);
        var stream = new TrainingStream(http.Response);
        try
        {
            var seen = await job.GetAsync();
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers.CacheControl = "no-store";
            await http.Response.WriteAsync("retry: 2000\n\n", ending.Token);
            while (!seen.IsEnded)
            {
                await stream.SendAsync(seen, ending.Token);
                if (seen.RunId is { } run)
                {
                    await stream.FollowAsync(job, run, tracking, grains, clock, logger, ending.Token);
                }
                else
                {
                    await Task.Delay(Look, clock, ending.Token);
                }

                seen = await job.GetAsync();
            }

            // All metrics were durable before the job's end was: what was not pushed is in the curves.
            if (seen.RunId is { } ended)
            {
                await stream.SendCurvesAsync(ended, tracking, ending.Token);
            }

            await stream.SendAsync(seen, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The watcher left or the host stops: that is how a stream ends.
        }
    }

    /// <summary>Follows the run until its job has ended, or has another run: an upstream server gives runs ids of its own.</summary>
    private async Task FollowAsync(
        ITrainingJobGrain job, string runId, ITrackingStore tracking, IGrainFactory grains, TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        // Before the curves are read: nothing falls between them and what is pushed.
        await using var watch = await RunWatch.StartAsync(runId, grains, clock, logger);
        await SendCurvesAsync(runId, tracking, cancellationToken);
        var seen = await job.GetAsync();
        while (!seen.IsEnded && seen.RunId == runId)
        {
            await SendAsync(seen, cancellationToken);
            await PassOnAsync(watch.Subscriber, runId, tracking, clock, cancellationToken);
            await watch.RenewAsync();
            seen = await job.GetAsync();
        }
    }

    private async Task PassOnAsync(RunSubscriber subscriber, string runId, ITrackingStore tracking, TimeProvider clock, CancellationToken cancellationToken)
    {
        await foreach (var happened in subscriber.ReadAsync(Look, clock, cancellationToken))
        {
            if (happened is Metric metric && IsNew(metric))
            {
                _sent[metric.Key] = metric;
                await SendAsync("metric", new MetricEvent(metric.Key, metric.Step, metric.Timestamp, metric.Value), cancellationToken);
            }
        }

        if (subscriber.TakeLost() > 0)
        {
            await SendCurvesAsync(runId, tracking, cancellationToken);
        }

        await response.Body.FlushAsync(cancellationToken);
    }

    /// <summary>Sends the curves that have values which were not sent.</summary>
    private async Task SendCurvesAsync(string runId, ITrackingStore tracking, CancellationToken cancellationToken)
    {
        IReadOnlyList<Metric> metrics;
        try
        {
            metrics = (await tracking.GetRunAsync(runId, cancellationToken)).Metrics;
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            // The job has chosen its run's id and not made the run yet, or somebody has removed it.
            return;
        }

        foreach (var latest in metrics.Where(IsNew))
        {
            var history = (await tracking.GetMetricHistoryAsync(runId, latest.Key, null, null, cancellationToken)).Items;
            _sent[latest.Key] = history.Aggregate((last, metric) => metric.IsLaterThan(last) ? metric : last);
            await SendAsync("curve", Curve.Of(latest.Key, history, MaxPoints), cancellationToken);
        }

        await response.Body.FlushAsync(cancellationToken);
    }

    private bool IsNew(Metric metric) => !_sent.TryGetValue(metric.Key, out var last) || metric.IsLaterThan(last);

    private async Task SendAsync(TrainingJobSnapshot job, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(TrainingJobResponse.Of(job), Json);
        if (json == _job)
        {
            // Tells a proxy that the stream lives, and this server that the watcher does not.
            await response.WriteAsync(": alive\n\n", cancellationToken);
        }
        else
        {
            _job = json;
            await response.WriteAsync($"event: job\ndata: {json}\n\n", cancellationToken);
        }

        await response.Body.FlushAsync(cancellationToken);
    }

    private Task SendAsync<T>(string name, T data, CancellationToken cancellationToken) =>
        response.WriteAsync($"event: {name}\ndata: {JsonSerializer.Serialize(data, Json)}\n\n", cancellationToken);

    private sealed record MetricEvent(string Key, long Step, long Timestamp, double Value);
}
