using System.Globalization;
using MLOps.Client.Runs;

namespace MLOps.Client.Tests.Runs;

public sealed class StartRunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_ByName_SetsMlflowsTags()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns());

        await using var run = await gateway.Client.StartRunAsync("e", "first", new Dictionary<string, string> { ["desk"] = "rates", ["mlflow.user"] = "ana" }, Token);

        var tags = Tags(gateway.Sent("/runs/create")[0]);
        Assert.Equal("first", tags["mlflow.runName"]);
        Assert.Equal("LOCAL", tags["mlflow.source.type"]);
        Assert.Equal("MLOps.Client.Tests", tags["mlflow.source.name"]);
        Assert.Equal("ana", tags["mlflow.user"]);
        Assert.Equal("rates", tags["desk"]);
        Assert.DoesNotContain(tags.Keys, key => key.StartsWith("mlops.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_WithinAnother_NamesTheParentInTheSameExperiment()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns());
        await using var parent = await gateway.Client.StartRunAsync("e", cancellationToken: Token);

        await using var child = await parent.StartNestedRunAsync("fold-1", cancellationToken: Token);

        var sent = gateway.Sent("/runs/create")[1];
        Assert.Equal("r1", Tags(sent)["mlflow.parentRunId"]);
        Assert.Equal("7", sent.Json.GetProperty("experiment_id").GetString());
        Assert.Single(gateway.Sent("get-by-name?experiment_name=e"));
    }

    [Theory]
    [InlineData("of-env", null, "/api/2.0/mlflow/experiments/get-by-name?experiment_name=of-env", "7")]
    [InlineData(null, "42", "/api/2.0/mlflow/runs/create", "42")]
    [InlineData(null, null, "/api/2.0/mlflow/runs/create", "0")]
    public async Task Start_NoExperimentNamed_TakesTheEnvironments(string? name, string? id, string firstCall, string expected)
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns(), new MLOpsClientOptions { ExperimentName = name, ExperimentId = id });

        await using var run = await gateway.Client.StartRunAsync(cancellationToken: Token);

        Assert.Equal(firstCall, gateway.Received[0].Target);
        Assert.Equal(expected, gateway.Sent("/runs/create")[0].Json.GetProperty("experiment_id").GetString());
    }

    [Fact]
    public async Task Start_RunOfTheEnvironment_IsContinuedOnce()
    {
        await using var gateway = await TestGateway.StartAsync(g => Existing(g), new MLOpsClientOptions { RunId = "old" });

        await using (var first = await gateway.Client.StartRunAsync(cancellationToken: Token))
        {
            Assert.Equal("old", first.Id);
            Assert.Equal("RUNNING", gateway.Sent("/runs/update")[0].Json.GetProperty("status").GetString());
            await using var nested = await first.StartNestedRunAsync(cancellationToken: Token);
            Assert.Equal("r1", nested.Id);
        }

        await using var second = await gateway.Client.StartRunAsync("e", cancellationToken: Token);
        Assert.Equal("r1", second.Id);
    }

    [Fact]
    public async Task Start_RunToContinueIsElsewhere_SaysWhere()
    {
        await using var gateway = await TestGateway.StartAsync(g => Existing(g));

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => gateway.Client.StartRunAsync(new RunOptions { RunId = "old", Experiment = "e" }, Token));

        Assert.Contains("experiment 9, not in 'e' (7)", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Start_ServerDidNothing_IsTriedAgain(int status)
    {
        await using var gateway = await TestGateway.StartAsync(g => g
            .On("GET /api/2.0/mlflow/experiments/get-by-name", """{"experiment":{"experiment_id":"7","name":"e"}}""")
            .Failing("POST /api/2.0/mlflow/runs/create", status, 404));

        var exception = await Assert.ThrowsAsync<MLOpsClientException>(() => gateway.Client.StartRunAsync("e", cancellationToken: Token));

        Assert.Equal(System.Net.HttpStatusCode.NotFound, exception.Status);
        Assert.Equal(2, gateway.Sent("/runs/create").Count);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(0)]
    public async Task Start_ServerMayHaveMadeTheRun_IsNotTriedAgain(int status)
    {
        await using var gateway = await TestGateway.StartAsync(g => g
            .On("GET /api/2.0/mlflow/experiments/get-by-name", """{"experiment":{"experiment_id":"7","name":"e"}}""")
            .Failing("POST /api/2.0/mlflow/runs/create", status));

        await Assert.ThrowsAsync<MLOpsClientException>(() => gateway.Client.StartRunAsync("e", cancellationToken: Token));

        Assert.Single(gateway.Sent("/runs/create"));
    }

    [Fact]
    public async Task Heartbeat_AskedFor_IsAnnouncedAndBeatsWhileTheRunIsOpen()
    {
        var beats = 0;
        var second = new TaskCompletionSource();
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns().On("POST /api/2.0/mlflow/runs/set-tag", async context =>
        {
            // The first is refused: a beat that fails must not end the beating.
            context.Response.StatusCode = Interlocked.Increment(ref beats) == 1 ? 503 : 200;
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "{}", context.RequestAborted);
            if (beats >= 2)
            {
                second.TrySetResult();
            }
        }));

        await using (var run = await gateway.Client.StartRunAsync(new RunOptions { Experiment = "e", Heartbeat = TimeSpan.FromSeconds(1) }, Token))
        {
            await second.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);
        }

        var announced = Tags(gateway.Sent("/runs/create")[0]);
        Assert.Equal("1", announced["mlops.heartbeat.interval_s"]);
        var sent = gateway.Sent("/runs/set-tag");
        Assert.All(sent, beat => Assert.Equal("mlops.heartbeat", beat.Json.GetProperty("key").GetString()));
        var times = sent.Select(beat => long.Parse(beat.Json.GetProperty("value").GetString()!, CultureInfo.InvariantCulture)).Prepend(long.Parse(announced["mlops.heartbeat"], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(times.Order(), times);
        Assert.EndsWith("/runs/update", gateway.Received[^1].Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    public async Task Heartbeat_NoWholeSeconds_IsRefused(double seconds)
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns());

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => gateway.Client.StartRunAsync(new RunOptions { Heartbeat = TimeSpan.FromSeconds(seconds) }, Token));
    }

    private static TestGateway Existing(TestGateway gateway) => gateway.WithRuns()
        .On("GET /api/2.0/mlflow/runs/get", """{"run":{"info":{"run_id":"old","experiment_id":"9","status":"FAILED"}}}""")
        .On(Tracking.Batch, "{}");

    private static Dictionary<string, string> Tags(ReceivedRequest request) =>
        request.Json.GetProperty("tags").EnumerateArray().ToDictionary(tag => tag.GetProperty("key").GetString()!, tag => tag.GetProperty("value").GetString()!);
}
