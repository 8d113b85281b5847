using System.Globalization;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Silo.Training;

namespace MLOps.Silo.Tests.Training;

/// <summary>Who is trained when, and what a job may take.</summary>
public sealed class TrainingQueueTests : IAsyncLifetime
{
    private readonly PacedSilo _paced = new(("MLOps:Training:ThreadsPerJob", "2"), ("MLOps:Training:MemoryPerJob", (256L << 20).ToString(CultureInfo.InvariantCulture)));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _paced.InitializeAsync();

    public ValueTask DisposeAsync() => _paced.DisposeAsync();

    [Fact]
    public async Task Queue_HigherPrioritiesFirst_ThenByArrival()
    {
        var blocker = await _paced.StartAsync(PacedSilo.Spec(), 5);
        var first = await _paced.StartAsync(PacedSilo.Spec());
        var urgent = await _paced.StartAsync(PacedSilo.Spec() with { Priority = 5 });
        var second = await _paced.StartAsync(PacedSilo.Spec());
        var idle = await _paced.StartAsync(PacedSilo.Spec() with { Priority = -1 });
        ITrainingJobGrain[] inOrder = [urgent, first, second, idle];

        Assert.Null((await blocker.GetAsync()).QueuePosition);
        Assert.Equal([1, 2, 3, 4], (await Task.WhenAll(inOrder.Select(job => job.GetAsync()))).Select(job => job.QueuePosition!.Value));

        await _paced.CompletedAsync(blocker);
        var ended = await Task.WhenAll(inOrder.Select(_paced.CompletedAsync));
        Assert.Equal(ended, ended.OrderBy(job => job.StartTime));
    }

    [Theory]
    [InlineData(101)]
    [InlineData(-101)]
    public async Task Start_PriorityOutOfRange_IsRefused(int priority)
    {
        var error = await Assert.ThrowsAsync<MLOpsException>(() => _paced.StartAsync(PacedSilo.Spec() with { Priority = priority }));

        Assert.Equal($"'priority' is '{priority}': expected -100 to 100.", error.Message);
    }

    [Fact]
    public async Task Threads_AreWithinTheBudget_AndGiveWayToOthers()
    {
        var error = await Assert.ThrowsAsync<MLOpsException>(() => _paced.StartAsync(PacedSilo.Spec(("threads", "3"))));
        Assert.Equal("'parameters.threads' is 3: a job may have at most 2 here (MLOps:Training:ThreadsPerJob).", error.Message);

        var job = await _paced.CompletedAsync(await _paced.StartAsync(PacedSilo.Spec()));

        var run = await _paced.Silo.Tracking.GetRunAsync(job.RunId!, Ct);
        Assert.Equal("2", run.Params.Single(parameter => parameter.Key == "threads").Value);
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal("10", _paced.Model.Priority);
        }
    }

    [Fact]
    public async Task Memory_BeyondTheBudget_FailsTheJobAndSaysWhatItMayTake()
    {
        var job = await _paced.StartAsync(PacedSilo.Spec(("hoard", "yes")));

        var failed = await PacedSilo.BecomesAsync(job, TrainingJobStatus.Failed);

        Assert.Equal(TrainingJobStatus.Failed, failed.Status);
        Assert.Contains("a job may take 256 MiB (MLOps:Training:MemoryPerJob)", failed.Message, StringComparison.Ordinal);
        await _paced.CompletedAsync(await _paced.StartAsync(PacedSilo.Spec()));
    }

    [Fact]
    public async Task Running_SaysWhenItWillEnd()
    {
        var job = await _paced.StartAsync(PacedSilo.Spec(), 10);
        _paced.Model.Allow(50);

        var seen = await SiloFixture.WaitForAsync("step 50", job.GetAsync, seen => seen.Message == "step 50");

        Assert.NotNull(seen.EstimatedEndTime);
        Assert.Null((await _paced.CompletedAsync(job)).EstimatedEndTime);
    }

    [Fact]
    public void Pace_IsThatOfTheLaterHalf_AndAStallPutsTheEndOff()
    {
        var clock = new FixedTime();
        var rate = new ProgressRate(clock);
        rate.Begin();
        Assert.Null(rate.End);

        // Slow at first: a tenth in 100 s; then a hundredth a second.
        rate.Report(0);
        clock.Advance(TimeSpan.FromSeconds(100));
        for (var hundredth = 10; hundredth <= 60; hundredth++)
        {
            rate.Report(hundredth / 100.0);
            clock.Advance(TimeSpan.FromSeconds(hundredth < 60 ? 1 : 0));
        }

        Assert.InRange((rate.End!.Value - clock.GetUtcNow()).TotalSeconds, 39, 80);
        for (var hundredth = 61; hundredth <= 99; hundredth++)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            rate.Report(hundredth / 100.0);
        }

        Assert.InRange((rate.End!.Value - clock.GetUtcNow()).TotalSeconds, 4.9, 5.1);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(clock.GetUtcNow(), rate.End);
    }

    private sealed class FixedTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public void Advance(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => (long)((_now - DateTimeOffset.UnixEpoch).TotalSeconds * TimestampFrequency);
    }
}
