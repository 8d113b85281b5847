using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;

namespace MLOps.Silo.Tests.Runs;

public sealed class RunGrainTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LogBatch_UnknownRun_ThrowsNotFound()
    {
        var exception = await Assert.ThrowsAsync<MLOpsException>(() => NewRun().LogBatchAsync(LogBatch.OfTag("k", "v")));
        Assert.Equal(ProblemCode.NotFound, exception.Code);
    }

    [Fact]
    public async Task LogBatch_DeletedRun_ThrowsAndRestoreLetsItLogAgain()
    {
        var run = await StartAsync();
        await run.DeleteAsync();
        var exception = await Assert.ThrowsAsync<MLOpsException>(() => run.LogBatchAsync(LogBatch.OfTag("k", "v")));
        Assert.Equal(ProblemCode.InvalidArgument, exception.Code);
        await run.RestoreAsync();
        await run.LogBatchAsync(LogBatch.OfTag("k", "v"));
        Assert.Contains((await silo.Tracking.GetRunAsync(run.GetPrimaryKeyString(), Ct)).Tags, tag => tag is { Key: "k", Value: "v" });
    }

    [Fact]
    public async Task LogBatch_ManyAtOnce_AllAreThereWhenAcknowledged()
    {
        const int Count = 200;
        var run = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, Count).Select(step => run.LogBatchAsync(LogBatch.OfMetric(new Metric("loss", step, step, step)))));
        var history = await silo.Tracking.GetMetricHistoryAsync(run.GetPrimaryKeyString(), "loss", null, null, Ct);
        Assert.Equal(Enumerable.Range(0, Count).Select(step => (long)step), history.Items.Select(metric => metric.Step));
    }

    [Fact]
    public async Task LogBatch_RivalValuesOfOneParameter_OneWinsAndTheOthersAreRefused()
    {
        const int Count = 20;
        var run = await StartAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Count).Select(async i =>
        {
            try
            {
                await run.LogBatchAsync(LogBatch.OfParam("rate", $"{i}"));
                return (Value: $"{i}", Refused: (ProblemCode?)null);
            }
            catch (MLOpsException exception)
            {
                return ($"{i}", exception.Code);
            }
        }));

        var winner = Assert.Single(outcomes, outcome => outcome.Refused is null);
        Assert.Equal(Count - 1, outcomes.Count(outcome => outcome.Refused == ProblemCode.InvalidArgument));
        Assert.Equal(winner.Value, Assert.Single((await silo.Tracking.GetRunAsync(run.GetPrimaryKeyString(), Ct)).Params).Value);
    }

    [Fact]
    public async Task Subscribe_ThenLog_BringsWhatIsDurableAlready()
    {
        var run = await StartAsync();
        var observer = new RecordingRunObserver();
        var reference = silo.Grains.CreateObjectReference<IRunObserver>(observer);
        await run.SubscribeAsync(reference);
        await run.LogBatchAsync(LogBatch.OfMetric(new Metric("loss", 0.5, 1, 1)));
        await run.UpdateAsync(new UpdateRun(RunStatus.Finished, 5, null));

        Assert.Equal(new Metric("loss", 0.5, 1, 1), Assert.Single(await observer.NextMetricsAsync(Ct)));
        Assert.Equal(RunStatus.Finished, (await observer.NextUpdateAsync(Ct)).Status);

        await run.UnsubscribeAsync(reference);
        await run.LogBatchAsync(LogBatch.OfMetric(new Metric("unseen", 0, 2, 2)));
        await run.SubscribeAsync(reference);
        await run.LogBatchAsync(LogBatch.OfMetric(new Metric("seen", 0, 3, 3)));
        Assert.Equal("seen", Assert.Single(await observer.NextMetricsAsync(Ct)).Key);
    }

    [Fact]
    public async Task LogBatch_ObserverThatNeverReturns_HoldsNobodyUp()
    {
        var run = await StartAsync();
        using var stuck = new StuckRunObserver();
        await run.SubscribeAsync(silo.Grains.CreateObjectReference<IRunObserver>(stuck));
        await run.LogBatchAsync(LogBatch.OfMetric(new Metric("loss", 1, 1, 1)));
        await stuck.Entered.WaitAsync(TimeSpan.FromSeconds(60), Ct);
        await run.LogBatchAsync(LogBatch.OfMetric(new Metric("loss", 2, 2, 2)));
        Assert.Equal(2, (await silo.Tracking.GetMetricHistoryAsync(run.GetPrimaryKeyString(), "loss", null, null, Ct)).Items.Count);
    }

    private IRunGrain NewRun() => silo.Grains.GetGrain<IRunGrain>(Guid.NewGuid().ToString("n"));

    private async Task<IRunGrain> StartAsync()
    {
        var run = NewRun();
        await run.CreateAsync(new CreateRun("0", null, null, 1, []));
        return run;
    }
}
