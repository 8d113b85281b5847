using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Runs;

/// <summary>Server-sent events of one run: <c>metric</c> and <c>run</c>.</summary>
internal static class RunStream
{
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public static async Task WriteAsync(string id, HttpContext http, ITrackingStore tracking, IGrainFactory grains, IOptions<JsonOptions> json, TimeProvider clock, IHostApplicationLifetime host)
    {
        // An open dashboard must not hold up Ctrl-C: the server waits for its requests before it stops.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        var cancelled = ending.Token;
        await tracking.GetRunAsync(id, cancelled);
        var subscriber = new RunSubscriber();
        var observer = grains.CreateObjectReference<IRunObserver>(subscriber);
        var run = grains.GetGrain<IRunGrain>(id);
        await run.SubscribeAsync(observer);
        try
        {
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers.CacheControl = "no-store";
            await http.Response.WriteAsync(": watching\n\n", cancelled);
            await http.Response.Body.FlushAsync(cancelled);
            var renewed = clock.GetTimestamp();
            while (!cancelled.IsCancellationRequested)
            {
                await foreach (var (name, data) in subscriber.ReadAsync(KeepAlive, clock, cancelled))
                {
                    await http.Response.WriteAsync($"event: {name}\ndata: {JsonSerializer.Serialize(data, json.Value.SerializerOptions)}\n\n", cancelled);
                }

                await http.Response.WriteAsync(": alive\n\n", cancelled);
                await http.Response.Body.FlushAsync(cancelled);
                if (clock.GetElapsedTime(renewed) > Renewal)
                {
                    await run.SubscribeAsync(observer);
                    renewed = clock.GetTimestamp();
                }
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            // The watcher left or the host stops: that is how a stream ends.
        }
        finally
        {
            await run.UnsubscribeAsync(observer);
            grains.DeleteObjectReference<IRunObserver>(observer);
        }
    }
}
