using System.Net;
using Microsoft.AspNetCore.Http;
using MLOps.Client.Runs;

namespace MLOps.Client.Tests.Runs;

/// <summary>What becomes of metric values on their way.</summary>
public sealed class MetricDeliveryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Log_WhileOthersAreOnTheirWay_GoTogetherInOrder()
    {
        var arrived = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns().On(Tracking.Batch, async context =>
        {
            arrived.TrySetResult();
            await go.Task;
            await context.Response.WriteAsync("{}", context.RequestAborted);
        }));
        await using (var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token))
        {
            run.LogMetric("loss", 1, 0);
            await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
            for (var step = 1; step <= 2500; step++)
            {
                run.LogMetric("loss", 1, step);
            }

            go.SetResult();
        }

        Assert.Equal([1, 1000, 1000, 500], gateway.Batches().Select(batch => batch.Length));
        Assert.Equal(Enumerable.Range(0, 2501), gateway.Batches().SelectMany(batch => batch).Select(metric => metric.Step));
    }

    [Fact]
    public async Task Log_FromManyThreads_EverythingArrivesAndEachThreadsOrderIsKept()
    {
        const int Threads = 8, Each = 2000;
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns().On(Tracking.Batch, "{}"));
        await using (var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token))
        {
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
            {
                for (var step = 0; step < Each; step++)
                {
                    run.LogMetric($"t{thread}", step, step);
                }
            })));
        }

        var arrived = gateway.Batches().SelectMany(batch => batch).ToLookup(metric => metric.Key, metric => metric.Step);
        Assert.Equal(Threads, arrived.Count);
        Assert.All(arrived, thread => Assert.Equal(Enumerable.Range(0, Each), thread));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(0)]
    public async Task Dispose_ServerFailsForAMoment_NothingIsLostAndTheRunFinishes(int failure)
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns().Failing(Tracking.Batch, failure, failure));
        await using (var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token))
        {
            run.LogMetric("loss", 1, 3);
        }

        Assert.Equal([("loss", 3)], gateway.Batches()[^1]);
        Assert.Equal(3, gateway.Batches().Count);
        Assert.Equal("FINISHED", gateway.Received[^1].Json.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(501)]
    public async Task Dispose_ServerWillNot_ThrowsTheCountWithoutAskingAgain(int status)
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns().Failing(Tracking.Batch, [.. Enumerable.Repeat(status, 100)]));
        var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token);
        run.LogMetrics(new Dictionary<string, double> { ["a"] = 1, ["b"] = 2, ["c"] = 3 });

        var exception = await Assert.ThrowsAsync<UndeliveredMetricsException>(async () => await run.DisposeAsync());

        Assert.Equal(3, exception.Count);
        Assert.Equal((HttpStatusCode)status, exception.Status);
        Assert.Equal("FAILED", gateway.Received[^1].Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Flush_EveryAttemptFails_ThrowsTheCountAndKeepsTheValues()
    {
        var down = true;
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns().On(Tracking.Batch, async context =>
        {
            context.Response.StatusCode = Volatile.Read(ref down) ? 503 : 200;
            await context.Response.WriteAsync("{}", context.RequestAborted);
        }));
        var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token);
        for (var step = 0; step < 5; step++)
        {
            run.LogMetric("loss", 1, step);
        }

        var exception = await Assert.ThrowsAsync<UndeliveredMetricsException>(() => run.FlushAsync(Token));
        Assert.Equal(5, exception.Count);

        Volatile.Write(ref down, false);
        var before = gateway.Batches().Count;
        await run.FlushAsync(Token);
        await run.DisposeAsync();

        Assert.Equal(Enumerable.Range(0, 5), gateway.Batches().Skip(before).SelectMany(batch => batch).Select(metric => metric.Step));
        Assert.Equal("FINISHED", gateway.Received[^1].Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Flush_OneKeyIsRefused_TheOthersArriveAndOnlyItIsReported()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns().On(Tracking.Batch, async context =>
        {
            // As MLflow does: one bad name, and nothing of the request is written.
            var bad = g.Received[^1].Body.Contains("\"..\"", StringComparison.Ordinal);
            context.Response.StatusCode = bad ? 400 : 200;
            await context.Response.WriteAsync(bad ? """{"error_code":"INVALID_PARAMETER_VALUE","message":"bad key"}""" : "{}", context.RequestAborted);
        }));
        var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token);
        for (var step = 0; step < 3; step++)
        {
            run.LogMetrics(new Dictionary<string, double> { ["loss"] = step, [".."] = step, ["rate"] = step }, step);
        }

        var exception = await Assert.ThrowsAsync<UndeliveredMetricsException>(() => run.FlushAsync(Token));
        await run.DisposeAsync();

        Assert.Equal(3, exception.Count);
        Assert.Contains("bad key", exception.Message, StringComparison.Ordinal);
        var written = gateway.Batches().Where(batch => batch.All(metric => metric.Key != "..")).SelectMany(batch => batch).ToLookup(metric => metric.Key, metric => metric.Step);
        Assert.Equal([0, 1, 2], written["loss"]);
        Assert.Equal([0, 1, 2], written["rate"]);
        Assert.Equal("FINISHED", gateway.Received[^1].Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Flush_ServerSaysWhenToComeBack_WaitsThatLong()
    {
        var time = new RecordingTime();
        var calls = 0;
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns().On(Tracking.Batch, async context =>
        {
            var busy = Interlocked.Increment(ref calls) == 1;
            context.Response.StatusCode = busy ? 429 : 200;
            context.Response.Headers.RetryAfter = busy ? "17" : default;
            await context.Response.WriteAsync("{}", context.RequestAborted);
        }));
        using var http = new HttpClient { BaseAddress = gateway.Address };
        using var client = new MLOpsClient(http, time, new MLOpsClientOptions());
        await using var run = await client.StartRunAsync("e", cancellationToken: Token);
        run.LogMetric("loss", 1);

        await run.FlushAsync(Token);

        Assert.Equal([TimeSpan.FromSeconds(17)], time.Waits);
    }

    [Fact]
    public async Task Flush_NothingLogged_SendsNothing()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns());
        await using var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token);

        await run.FlushAsync(Token);

        Assert.Empty(gateway.Batches());
    }

    [Fact]
    public async Task Dispose_ClientDisposedBeforeItsRun_SaysHowManyWereLost()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns());
        var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token);
        gateway.Client.Dispose();
        run.LogMetric("loss", 1);

        var exception = await Assert.ThrowsAsync<AggregateException>(async () => await run.DisposeAsync());

        Assert.Equal(1, Assert.IsType<UndeliveredMetricsException>(exception.InnerExceptions[0]).Count);
    }
}
