using System.Net;
using System.Net.Sockets;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Testing;
using MLOps.Tracking.Rest;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Rest;

/// <summary>An upstream that fails: what is tried again, when, how often, and what the caller is told.</summary>
public sealed class UpstreamRetryTests
{
    private const string Run = """{"run": {"info": {"run_id": "r", "run_uuid": "r", "experiment_id": "7", "status": "RUNNING"}, "data": {}, "inputs": {}}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Read_FailingTwice_IsTriedAgainAfterGrowingWaits(int status)
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Html(status), FakeUpstream.Html(status), FakeUpstream.Json(Run));
        var clock = new ImpatientTime();
        using var client = upstream.Client(ImpatientTime.Options, clock);
        Assert.Equal("7", (await new RestTrackingStore(client, clock).GetRunAsync("r", Cancelled)).Info.ExperimentId);
        Assert.Equal(3, upstream.Requests.Count);
        var waits = clock.Waits.ToArray();
        var first = ImpatientTime.Options.BaseDelay;
        Assert.Equal(2, waits.Length);
        Assert.InRange(waits[0], first / 2, first);
        Assert.InRange(waits[1], first, 2 * first);
    }

    [Theory]
    [InlineData(429, 2)]
    [InlineData(503, 2)]
    [InlineData(408, 2)]
    [InlineData(500, 1)]
    [InlineData(502, 1)]
    [InlineData(504, 1)]
    public async Task Create_Failing_IsTriedAgainOnlyWhenItWasNotCarriedOut(int status, int requests)
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Html(status), FakeUpstream.Json(Run));
        var clock = new ImpatientTime();
        using var client = upstream.Client(ImpatientTime.Options, clock);
        var made = new RestTrackingStore(client, clock).CreateRunAsync("asked", A.Run(), Cancelled);
        if (requests == 2)
        {
            Assert.Equal("r", (await made).Info.RunId);
        }
        else
        {
            await Assert.ThrowsAsync<MLOpsException>(() => made);
        }

        Assert.Equal(requests, upstream.Requests.Count);
    }

    [Fact]
    public async Task Read_FailingForEver_EndsAfterTheLastTry()
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Html(502));
        var options = ImpatientTime.Options;
        options.MaxRetries = 3;
        using var client = upstream.Client(options);
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => new RestTrackingStore(client, TimeProvider.System).GetRunAsync("r", Cancelled));
        Assert.Equal(ProblemCode.Unavailable, refusal.Code);
        Assert.Contains("502", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(4, upstream.Requests.Count);
    }

    [Theory]
    [InlineData("30")]
    [InlineData("Fri, 02 Jan 2026 03:04:35 GMT")]
    public async Task RetryAfter_InSecondsOrAsADate_IsWaitedFor(string header)
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Json("{}", 429, ("Retry-After", header)), FakeUpstream.Json(Run));
        var clock = new ImpatientTime();
        using var client = upstream.Client(ImpatientTime.Options, clock);
        await new RestTrackingStore(client, clock).CreateRunAsync("asked", A.Run(), Cancelled);
        Assert.Equal([TimeSpan.FromSeconds(30)], clock.Waits);
    }

    [Fact]
    public async Task RetryAfter_BeyondTheTimeOfTheCall_GivesUpAtOnce()
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Json("""{"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "slow down"}""", 429, ("Retry-After", "7200")));
        var clock = new ImpatientTime();
        using var client = upstream.Client(ImpatientTime.Options, clock);
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => new RestTrackingStore(client, clock).GetRunAsync("r", Cancelled));
        Assert.Equal((ProblemCode.ResourceExhausted, "slow down"), (refusal.Code, refusal.Message));
        Assert.Single(upstream.Requests);
        Assert.Empty(clock.Waits);
    }

    [Fact]
    public async Task BrokenConnection_OfARead_IsTriedAgainAndOfACreationToldAsUnknown()
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Abort, FakeUpstream.Json(Run), FakeUpstream.Abort);
        using var client = upstream.Client(ImpatientTime.Options);
        var store = new RestTrackingStore(client, TimeProvider.System);
        await store.GetRunAsync("r", Cancelled);
        Assert.Equal(2, upstream.Requests.Count);
        var unknown = await Assert.ThrowsAsync<MLOpsException>(() => store.CreateRunAsync("asked", A.Run(), Cancelled));
        Assert.Equal(ProblemCode.Unavailable, unknown.Code);
        Assert.Contains("may have been carried out", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(3, upstream.Requests.Count);
    }

    [Fact]
    public async Task Silence_OverTheLimitOfATry_IsUnavailable()
    {
        FakeUpstream? server = null;
        await using var upstream = server = await FakeUpstream.StartAsync(http => server!.Silence(http));
        var options = new UpstreamOptions { AttemptTimeout = TimeSpan.FromMilliseconds(200), MaxRetries = 1, BaseDelay = TimeSpan.FromMilliseconds(1) };
        using var client = upstream.Client(options, TimeProvider.System);
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => new RestTrackingStore(client, TimeProvider.System).GetRunAsync("r", Cancelled));
        Assert.Equal(ProblemCode.Unavailable, refusal.Code);
        Assert.Contains("within 0.2 s", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, upstream.Requests.Count);
    }

    [Fact]
    public async Task Silence_UntilTheCallerGivesUp_IsACancellation()
    {
        FakeUpstream? server = null;
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        await using var upstream = server = await FakeUpstream.StartAsync(http =>
        {
            caller.Cancel();
            return server!.Silence(http);
        });
        using var client = upstream.Client(ImpatientTime.Options);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new RestTrackingStore(client, TimeProvider.System).GetRunAsync("r", caller.Token));
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task Refused_Connection_IsTriedAgainEvenForACreationAndNamesTheUpstreamWithoutItsSecrets()
    {
        var port = FreePort.Next();
        var clock = new ImpatientTime();
        var log = new ListLogger();
        using var client = new UpstreamClient(UpstreamAddress.Parse($"http://ann:hunter2@127.0.0.1:{port}/mlflow"), ImpatientTime.Options, clock, log);
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => new RestTrackingStore(client, clock).CreateRunAsync("asked", A.Run(), Cancelled));
        Assert.Equal(ProblemCode.Unavailable, refusal.Code);
        Assert.Contains($"http://127.0.0.1:{port}/mlflow cannot be reached", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(4, clock.Waits.Count);
        Assert.Contains(log.Lines, line => line.Contains("after 5 tries", StringComparison.Ordinal));
        Assert.All(log.Lines.Append(refusal.ToString()), text => Assert.False(text.Contains("hunter2", StringComparison.Ordinal) || text.Contains("ann:", StringComparison.Ordinal), text));
    }

    [Fact]
    public async Task Probe_OfAFailingServer_IsOneTry()
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Html(503));
        using var client = upstream.Client(ImpatientTime.Options, TimeProvider.System);
        await Assert.ThrowsAsync<MLOpsException>(() => client.ProbeAsync(UpstreamCall.Get("experiments/get", ("experiment_id", "0")), Cancelled));
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task Repeated_Log_IsSentWholeAgain()
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Html(500), FakeUpstream.Json("{}"));
        using var client = upstream.Client(ImpatientTime.Options);
        await new RestTrackingStore(client, TimeProvider.System).LogBatchAsync("r", LogBatch.OfParam("p", "v"), Cancelled);
        Assert.Equal(2, upstream.Requests.Count);
        Assert.Single(upstream.Requests.Select(request => request.Body).Distinct());
    }
}
