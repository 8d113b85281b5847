using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;

namespace MLOps.Silo.Tests.Training;

/// <summary>Pausing, resuming and stopping a job by a person's word.</summary>
public sealed class TrainingPauseTests : IAsyncLifetime
{
    private readonly PacedSilo _paced = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _paced.InitializeAsync();

    public ValueTask DisposeAsync() => _paced.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pause_Running_WritesACheckpointFromWhichItGoesOnBitForBit(bool restart)
    {
        _paced.Model.Allow(PacedModel.Steps);
        var whole = await _paced.CompletedAsync(await _paced.StartAsync(PacedSilo.Spec()));
        var job = await _paced.StartAsync(PacedSilo.Spec() with { RegisterAs = $"resumed-{restart}" }, 43);

        Assert.StartsWith("pausing", (await job.PauseAsync()).Message, StringComparison.Ordinal);
        _paced.Model.Allow(PacedModel.Steps);
        var paused = await PacedSilo.BecomesAsync(job, TrainingJobStatus.Paused);

        // At the first checkpoint after the pause, and not one step further.
        Assert.Equal(TrainingJobStatus.Paused, paused.Status);
        Assert.Equal(Enumerable.Range(1, 50).Select(step => (long)step), (await _paced.LossAsync(paused.RunId!)).Select(point => point.Step));
        Assert.Equal(RunStatus.Running, await _paced.RunStatusAsync(paused.RunId!));
        if (restart)
        {
            await _paced.Silo.StopAsync(kill: true);
            await _paced.Silo.InitializeAsync();
            job = _paced.Job(paused.JobId);
            Assert.Equal(TrainingJobStatus.Paused, (await job.GetAsync()).Status);
        }

        Assert.Equal(TrainingJobStatus.Queued, (await job.ResumeAsync()).Status);
        var ended = await _paced.CompletedAsync(job);

        Assert.Equal((paused.RunId, paused.StartTime, (int?)1), (ended.RunId, ended.StartTime, ended.ModelVersion));
        Assert.Equal(await _paced.LossAsync(whole.RunId!), await _paced.LossAsync(ended.RunId!));
        Assert.Empty(await _paced.Silo.Artifacts.ListAsync($"training/jobs/{ended.JobId}", Ct));
    }

    [Fact]
    public async Task Resume_BeforeTheTrainerHasLetGo_TakesThePauseBack()
    {
        var job = await _paced.StartAsync(PacedSilo.Spec(), 41);
        await job.PauseAsync();

        Assert.Equal(TrainingJobStatus.Running, (await job.ResumeAsync()).Status);

        var ended = await _paced.CompletedAsync(job);
        Assert.Equal(PacedModel.Steps, (await _paced.LossAsync(ended.RunId!)).Length);
    }

    [Fact]
    public async Task Pause_Queued_LetsTheOthersPass()
    {
        var blocker = await _paced.StartAsync(PacedSilo.Spec(), 5);
        var paused = await _paced.StartAsync(PacedSilo.Spec());
        var other = await _paced.StartAsync(PacedSilo.Spec());

        Assert.Equal((TrainingJobStatus.Paused, (int?)null), ((await paused.PauseAsync()).Status, (await paused.GetAsync()).QueuePosition));
        Assert.Equal(1, (await other.GetAsync()).QueuePosition);
        await _paced.CompletedAsync(blocker);
        await _paced.CompletedAsync(other);
        Assert.Equal(TrainingJobStatus.Paused, (await paused.GetAsync()).Status);
        await paused.ResumeAsync();
        await _paced.CompletedAsync(paused);
    }

    [Fact]
    public async Task Stop_Running_KeepsTheBestModelAndMakesNoVersion()
    {
        var job = await _paced.StartAsync(PacedSilo.Spec() with { RegisterAs = "never" }, 41);

        Assert.StartsWith("stopping: the best model", (await job.StopAsync()).Message, StringComparison.Ordinal);
        _paced.Model.Allow(PacedModel.Steps);
        var stopped = await PacedSilo.BecomesAsync(job, TrainingJobStatus.Stopped);

        Assert.Equal((TrainingJobStatus.Stopped, (int?)null), (stopped.Status, stopped.ModelVersion));
        Assert.Contains("the best model so far is in the run's artifacts, folder 'model'", stopped.Message, StringComparison.Ordinal);
        Assert.Superset(new HashSet<string> { "MLmodel", "model.onnx" }, (await _paced.ModelFilesAsync(stopped.RunId!)).ToHashSet());
        Assert.Equal(RunStatus.Killed, await _paced.RunStatusAsync(stopped.RunId!));

        // It ended at the step at which it was asked, with the least loss up to there.
        var loss = await _paced.LossAsync(stopped.RunId!);
        Assert.InRange(loss.Length, 41, 42);
        var run = await _paced.Silo.Tracking.GetRunAsync(stopped.RunId!, Ct);
        Assert.Equal(loss.Min(point => point.Value), run.Metrics.Single(metric => metric.Key == "final_loss").Value);
    }

    [Fact]
    public async Task Stop_Paused_MakesTheModelOfItsCheckpoint()
    {
        var job = await _paced.StartAsync(PacedSilo.Spec(), 41);
        await job.PauseAsync();
        _paced.Model.Allow(PacedModel.Steps);
        await PacedSilo.BecomesAsync(job, TrainingJobStatus.Paused);

        await job.StopAsync();

        var stopped = await PacedSilo.BecomesAsync(job, TrainingJobStatus.Stopped);
        Assert.Contains("folder 'model'", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(50, (await _paced.LossAsync(stopped.RunId!)).Length);
        Assert.Contains("model.onnx", await _paced.ModelFilesAsync(stopped.RunId!));
    }

    [Fact]
    public async Task Stop_Twice_EndsAtOnceAndKeepsNothing()
    {
        var job = await _paced.StartAsync(PacedSilo.Spec(), 41);

        await job.StopAsync();
        await job.StopAsync();

        // The model waits for step 42 and never gets it.
        var stopped = await PacedSilo.BecomesAsync(job, TrainingJobStatus.Stopped);
        Assert.Equal((TrainingJobStatus.Stopped, "stopped on request"), (stopped.Status, stopped.Message));
        Assert.Empty(await _paced.ModelFilesAsync(stopped.RunId!));
    }

    [Fact]
    public async Task Stop_ModelWithoutABest_EndsAtOnce()
    {
        var job = await _paced.StartAsync(PacedSilo.Spec(("best", "no")), 41);

        await job.StopAsync();

        var stopped = await PacedSilo.BecomesAsync(job, TrainingJobStatus.Stopped);
        Assert.Equal("stopped on request", stopped.Message);
        Assert.Empty(await _paced.ModelFilesAsync(stopped.RunId!));
    }

    [Fact]
    public async Task Transitions_ThatCannotBe_AreRefusedWithWhatTheJobIs()
    {
        var running = await _paced.StartAsync(PacedSilo.Spec(), 3);
        var queued = await _paced.StartAsync(PacedSilo.Spec());
        await RefusedAsync(running.ResumeAsync, "is running: only a paused job can be resumed");
        await RefusedAsync(queued.ResumeAsync, "is queued: only a paused job can be resumed");
        await queued.PauseAsync();
        await RefusedAsync(queued.PauseAsync, "is paused: only a queued or running job that nobody has stopped can be paused");
        await running.StopAsync();
        await RefusedAsync(running.PauseAsync, "is running and about to be stopped: only a queued or running job that nobody has stopped can be paused");
        await RefusedAsync(running.ResumeAsync, "is running and about to be stopped: only a paused job can be resumed");
        _paced.Model.Allow(PacedModel.Steps);
        await PacedSilo.BecomesAsync(running, TrainingJobStatus.Stopped);
        await RefusedAsync(running.PauseAsync, "is stopped: only a queued or running job");
        await RefusedAsync(running.ResumeAsync, "is stopped: only a paused job can be resumed");
        await RefusedAsync(running.StopAsync, "is stopped: only a job that has not ended can be stopped");
        await queued.StopAsync();
        await RefusedAsync(queued.ResumeAsync, "is stopped: only a paused job can be resumed");
        var unknown = _paced.Job(Guid.NewGuid().ToString("N"));
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(unknown.PauseAsync)).Code);
    }

    private static async Task RefusedAsync(Func<Task> ask, string said)
    {
        var refusal = await Assert.ThrowsAsync<MLOpsException>(ask);
        Assert.Equal(ProblemCode.InvalidState, refusal.Code);
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
    }
}
