using Microsoft.AspNetCore.Http;
using MLOps.Client.Runs;

namespace MLOps.Client.Tests.Runs;

public sealed class ActiveRunTests
{
    private const string Created = """{"run":{"info":{"run_id":"r1","run_name":"first","experiment_id":"7","status":"RUNNING","artifact_uri":"mlflow-artifacts:/7/r1/artifacts"}}}""";
    private const string Updated = """{"run_info":{"run_id":"r1","experiment_id":"7","status":"FINISHED"}}""";
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartRun_ExperimentMissing_IsCreatedThenTheRun()
    {
        await using var gateway = await TestGateway.StartAsync(g => Tracking(g)
            .On("GET /api/2.0/mlflow/experiments/get-by-name", """{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"no"}""", 404)
            .On("POST /api/2.0/mlflow/experiments/create", """{"experiment_id":"7"}""")
            .On("GET /api/2.0/mlflow/experiments/get", """{"experiment":{"experiment_id":"7","name":"new"}}"""));

        await using (var run = await gateway.Client.StartRunAsync("new", "first", cancellationToken: Token))
        {
            Assert.Equal("r1", run.Id);
        }

        Assert.Equal("new", Sent(gateway, "/experiments/create")[0].Json.GetProperty("name").GetString());
        Assert.Equal("7", Sent(gateway, "/runs/create")[0].Json.GetProperty("experiment_id").GetString());
    }

    [Fact]
    public async Task StartRun_AnotherClientMakesTheExperimentMeanwhile_UsesThatOne()
    {
        var asked = 0;
        await using var gateway = await TestGateway.StartAsync(g => Tracking(g)
            .On("GET /api/2.0/mlflow/experiments/get-by-name", async context =>
            {
                var first = Interlocked.Increment(ref asked) == 1;
                context.Response.StatusCode = first ? 404 : 200;
                await context.Response.WriteAsync(first ? "{}" : """{"experiment":{"experiment_id":"7","name":"new"}}""", Token);
            })
            .On("POST /api/2.0/mlflow/experiments/create", """{"error_code":"RESOURCE_ALREADY_EXISTS","message":"Exists"}""", 400));

        await using var run = await gateway.Client.StartRunAsync("new", cancellationToken: Token);

        Assert.Equal("r1", run.Id);
    }

    [Fact]
    public async Task Dispose_MetricsBuffered_AreSentBeforeTheRunIsFinished()
    {
        await using var gateway = await TestGateway.StartAsync(g => Existing(g).On("POST /api/2.0/mlflow/runs/log-batch", "{}"));

        await using (var run = await gateway.Client.StartRunAsync("e", "first", cancellationToken: Token))
        {
            for (var step = 0; step < 1500; step++)
            {
                run.LogMetric("loss", 1.0 / (step + 1), step);
            }
        }

        var batches = Sent(gateway, "/runs/log-batch");
        Assert.Equal(Enumerable.Range(0, 1500), batches.SelectMany(b => b.Json.GetProperty("metrics").EnumerateArray()).Select(m => m.GetProperty("step").GetInt32()));
        var last = gateway.Received[^1];
        Assert.EndsWith("/runs/update", last.Target, StringComparison.Ordinal);
        Assert.Equal("FINISHED", last.Json.GetProperty("status").GetString());
        Assert.True(last.Json.GetProperty("end_time").GetInt64() > 0);
    }

    [Fact]
    public async Task Dispose_FlushRefused_ThrowsAndTheRunIsFailed()
    {
        await using var gateway = await TestGateway.StartAsync(g => Existing(g)
            .On("POST /api/2.0/mlflow/runs/log-batch", """{"error_code":"INVALID_PARAMETER_VALUE","message":"bad key"}""", 400));
        var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token);
        run.LogMetric("..", 1);

        var exception = await Assert.ThrowsAsync<UndeliveredMetricsException>(async () => await run.DisposeAsync());

        Assert.Equal(1, exception.Count);
        Assert.EndsWith("could not be delivered: bad key", exception.Message, StringComparison.Ordinal);
        Assert.Equal("FAILED", gateway.Received[^1].Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Flush_ServerAwayForAMoment_TriesAgain()
    {
        var calls = 0;
        await using var gateway = await TestGateway.StartAsync(g => Existing(g).On("POST /api/2.0/mlflow/runs/log-batch", async context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref calls) == 1 ? 503 : 200;
            await context.Response.WriteAsync("{}", Token);
        }));
        var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token);
        run.LogMetric("loss", 0.5, 3);

        await run.FlushAsync(Token);
        await run.DisposeAsync();

        var batches = Sent(gateway, "/runs/log-batch");
        Assert.Equal(2, batches.Count);
        Assert.Equal(3, batches[1].Json.GetProperty("metrics")[0].GetProperty("step").GetInt32());
    }

    [Fact]
    public async Task LogMetric_WhileTheRunGoesOn_IsSentWithoutBeingAsked()
    {
        var arrived = new TaskCompletionSource();
        await using var gateway = await TestGateway.StartAsync(g => Existing(g).On("POST /api/2.0/mlflow/runs/log-batch", async context =>
        {
            await context.Response.WriteAsync("{}", Token);
            arrived.TrySetResult();
        }));
        await using var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token);

        run.LogMetric("loss", 0.5);

        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task LogMetric_AfterDispose_Throws()
    {
        await using var gateway = await TestGateway.StartAsync(g => Existing(g));
        var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token);
        await run.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => run.LogMetric("loss", 1));
    }

    [Fact]
    public async Task Track_BodyThrows_EndsFailedAndRethrows()
    {
        await using var gateway = await TestGateway.StartAsync(g => Existing(g).On("POST /api/2.0/mlflow/runs/set-tag", "{}"));

        await Assert.ThrowsAsync<InvalidDataException>(() => gateway.Client.TrackAsync("e", "first", _ => throw new InvalidDataException("odd row"), Token));

        Assert.Equal("InvalidDataException: odd row", Sent(gateway, "/runs/set-tag")[0].Json.GetProperty("value").GetString());
        Assert.Equal("FAILED", gateway.Received[^1].Json.GetProperty("status").GetString());
    }

    private static TestGateway Tracking(TestGateway gateway) => gateway
        .On("POST /api/2.0/mlflow/runs/create", Created)
        .On("POST /api/2.0/mlflow/runs/update", Updated);

    private static TestGateway Existing(TestGateway gateway) => Tracking(gateway)
        .On("GET /api/2.0/mlflow/experiments/get-by-name", """{"experiment":{"experiment_id":"7","name":"e"}}""");

    private static List<ReceivedRequest> Sent(TestGateway gateway, string end) =>
        [.. gateway.Received.Where(request => request.Method == "POST" && request.Target.EndsWith(end, StringComparison.Ordinal))];
}
