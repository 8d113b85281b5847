using System.Diagnostics;
using MLOps.Client;
using MLOps.Client.Serving;

namespace MLOps.Cluster.Tests;

/// <summary>The platform as a cluster of processes, through the life of one.</summary>
[Collection("cluster")]
public sealed class ClusterTests(ClusterFixture cluster, ITestOutputHelper output)
{
    private static readonly Tensor Step = Tensor.Of("y", [1, 1], [0.5]);
    private static readonly Tensor Variance = Tensor.Of("h", [1, 1], [1.0]);

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Demo_OnTheCluster_TrainedOnTheTrainerAlone()
    {
        Assert.SkipWhen(ClusterFixture.Missing is not null, ClusterFixture.Missing ?? string.Empty);
        Assert.Contains("already running", cluster.DemoOutput, StringComparison.Ordinal);
        Assert.Contains("sp500-regime-tcn v1", cluster.DemoOutput, StringComparison.Ordinal);
        Assert.Contains("queued: garch", cluster.TrainerLog, StringComparison.Ordinal);
        Assert.All(cluster.SiloLogs, log => Assert.DoesNotContain("Training job", log, StringComparison.Ordinal));
        Assert.DoesNotContain("Replica", cluster.TrainerLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_OfEveryProgram_AnswersWithoutDetail()
    {
        Assert.SkipWhen(ClusterFixture.Missing is not null, ClusterFixture.Missing ?? string.Empty);
        using var client = new HttpClient();
        foreach (var member in (ClusterMember[])[.. cluster.Silos, cluster.Trainer, cluster.Gateway, cluster.Dashboard])
        {
            foreach (var path in (string[])["/health", "/health/ready", "/health/live", "/alive"])
            {
                Assert.Equal("OK", await client.GetStringAsync(new Uri(member.Url + path), Cancelled));
            }
        }
    }

    [Fact]
    public async Task Dashboard_AsAProcessOfItsOwn_ShowsTheCluster()
    {
        Assert.SkipWhen(ClusterFixture.Missing is not null, ClusterFixture.Missing ?? string.Empty);
        using var browser = new HttpClient { BaseAddress = new Uri(cluster.Dashboard.Url) };
        Assert.Contains("sp500-garch", await browser.GetStringAsync("/registry", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_ThroughCrashGrowthAndRollingRestart_ServesEveryCaller()
    {
        Assert.SkipWhen(ClusterFixture.Missing is not null, ClusterFixture.Missing ?? string.Empty);
        var silos = cluster.Silos;
        using var client = new MLOpsClient(new Uri(cluster.Gateway.Url));
        await DeployAsync(client, "spread", replicas: 6);
        Assert.All(silos, silo => Assert.Contains("Replica spread/", silo.Output, StringComparison.Ordinal));

        await using var predictions = new SteadyCalls("predictions", _ => InferAsync(client, "spread"));
        var run = await client.StartRunAsync(experiment: "through-it-all", cancellationToken: Cancelled);
        await using var metrics = new SteadyCalls("metrics", step =>
        {
            // As a training loop logs: the run tries again what a cluster that changes refuses.
            run.LogMetric("loss", step, step);
            return run.FlushAsync(Cancelled);
        });

        Say("A silo is killed.");
        await predictions.MoreAsync(50, Cancelled);
        await silos[0].KillAsync(Cancelled);
        await predictions.MoreAsync(300, Cancelled);
        await metrics.MoreAsync(50, Cancelled);

        Say($"The dead silo is out, longest prediction {predictions.Longest}, longest metric {metrics.Longest}; a fourth one joins.");
        var fourth = cluster.Processes.Silo("Serving,Batch");
        await fourth.StartAsync(Cancelled);
        await DeployAsync(client, "grown", replicas: 6);
        Assert.Contains("Replica grown/", fourth.Output, StringComparison.Ordinal);
        await InferAsync(client, "grown");

        Say("Every silo is restarted, one after the other.");
        foreach (var member in (ClusterMember[])[silos[1], silos[2], cluster.Trainer])
        {
            Assert.Equal(0, await member.StopAsync(Cancelled));
            Say("Stopped.");
            await predictions.MoreAsync(50, Cancelled);
            await member.StartAsync(Cancelled);
            await predictions.MoreAsync(50, Cancelled);
            await metrics.MoreAsync(20, Cancelled);
        }

        Say("A second gateway joins, and is told to stop in the middle of a request.");
        await RestartGatewayAsync(run.Id);
        await predictions.MoreAsync(20, Cancelled);

        Say("The dead one comes back too.");
        await silos[0].StartAsync(Cancelled);
        Say($"All are back, longest prediction {predictions.Longest}, longest metric {metrics.Longest}.");
        await predictions.StopAsync();
        var logged = await metrics.StopAsync();
        await run.DisposeAsync();
        Assert.Equal(logged, await client.Runs.GetHistoryAsync(run.Id, "loss", Cancelled).CountAsync(Cancelled));
    }

    /// <summary>A gateway that gets SIGTERM answers what it has begun; whoever comes later is not let in, and goes to another as a load balancer does.</summary>
    private async Task RestartGatewayAsync(string runId)
    {
        var second = cluster.Processes.Gateway();
        await second.StartAsync(Cancelled);
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(2) };
        using var http = new HttpClient(handler);
        var (bySecond, byFirst) = (0, 0);
        await using var reads = new SteadyCalls("reads", async _ =>
        {
            var path = $"/api/2.0/mlflow/runs/get?run_id={runId}";
            try
            {
                await http.GetStringAsync(new Uri(second.Url + path), Cancelled);
                bySecond++;
            }
            catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError)
            {
                await http.GetStringAsync(new Uri(cluster.Gateway.Url + path), Cancelled);
                byFirst++;
            }
        });
        await reads.MoreAsync(20, Cancelled);

        var name = $"/api/2.0/mlflow-artifacts/artifacts/half-sent/{Guid.NewGuid():n}";
        var body = new HalfSentContent([.. Enumerable.Repeat((byte)'a', 5_000)], [.. Enumerable.Repeat((byte)'b', 5_000)]);
        using var upload = new HttpRequestMessage(HttpMethod.Put, new Uri(second.Url + name)) { Content = body, Headers = { ExpectContinue = true } };
        var uploading = http.SendAsync(upload, Cancelled);
        await Task.WhenAny(body.Begun, uploading);
        Assert.False(uploading.IsCompleted, "The upload ended before its second half was sent.");
        Assert.Equal(0, byFirst);

        var stopping = second.StopAsync(Cancelled);
        var patience = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1);
        while (byFirst == 0)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < patience, "Waited a minute for a gateway that was told to stop to let nobody in any more.");
            await reads.MoreAsync(1, Cancelled);
        }

        body.Release();
        using (var answer = await uploading)
        {
            Assert.True(answer.IsSuccessStatusCode, $"The upload that had begun was answered {answer.StatusCode}.");
        }

        Assert.Equal(0, await stopping);
        Assert.Equal(new string('a', 5_000) + new string('b', 5_000), await http.GetStringAsync(new Uri(cluster.Gateway.Url + name), Cancelled));

        await second.StartAsync(Cancelled);
        var before = bySecond;
        await reads.MoreAsync(20, Cancelled);
        Assert.True(bySecond > before, "The gateway that came back was not asked.");
        await reads.StopAsync();
        Say($"The second gateway is back; reads answered by it {bySecond}, by the first meanwhile {byFirst}.");
        Assert.Equal(0, await second.StopAsync(Cancelled));
    }

    private void Say(string what) => output.WriteLine($"{_clock.Elapsed:mm\\:ss} {what}");

    private static Task<ServingEndpoint> DeployAsync(MLOpsClient client, string endpoint, int replicas) =>
        client.Serving.DeployAsync(endpoint, [new VariantRequest("main", "models:/sp500-garch/Production", 1, Replicas: replicas)], Cancelled);

    private static Task<InferenceResult> InferAsync(MLOpsClient client, string endpoint) =>
        client.Serving.InferAsync(endpoint, new InferenceRequest { Inputs = [Step, Variance] }, Cancelled);
}
