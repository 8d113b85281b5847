using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using MLOps.Silo.Training;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Training;

/// <summary>Wherever a training breaks off, another trainer takes it up: every step is there once.</summary>
public sealed class TrainingResumeTests : IAsyncLifetime
{
    private readonly SiloFixture _silo = new()
    {
        Configure = services => services.AddSingleton<IModelDefinition, ScriptedModel>(),

        // The tests look themselves when it is time.
        Settings = { ["MLOps:Training:CheckpointInterval"] = "00:00:00", ["MLOps:Training:RecoveryInterval"] = "1.00:00:00" },
    };

    private string _blocker = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The address of a silo that is in no membership.</summary>
    private static string Gone => SiloAddress.New(IPAddress.Loopback, 1, 1).ToParsableString();

    public async ValueTask InitializeAsync()
    {
        await _silo.InitializeAsync();
        await _silo.RegisterSp500Async("sp500");
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task SiloKilled_InTheMiddle_NextStartGoesOnFromTheCheckpoint()
    {
        var running = await StartAsync("wait-once", "resumed");
        var before = await SiloFixture.WaitForAsync("the job to be half way", running.GetAsync, job => job.Message == "half way");
        await SiloFixture.WaitForAsync("all steps", () => StepsAsync(before.RunId!), steps => steps.Length == ScriptedModel.Steps);
        var queued = (await (await StartAsync("metrics")).GetAsync()).JobId;
        await _silo.StopAsync(kill: true);

        await _silo.InitializeAsync();

        var ended = await EndedAsync(before.JobId);
        Assert.True(ended.Status == TrainingJobStatus.Completed, ended.Message);
        Assert.Equal((before.RunId, before.StartTime, "resumed", (int?)1), (ended.RunId, ended.StartTime, ended.ModelName, ended.ModelVersion));
        await CheckAsync(ended, ScriptedModel.CheckpointStep + 1);
        Assert.Equal(TrainingJobStatus.Completed, (await EndedAsync(queued)).Status);
    }

    [Fact]
    public async Task TrainersSilo_Gone_AnotherTrainerGoesOnAndTheOldOneIsNotHeard()
    {
        var (job, owner, old) = await BegunElsewhereAsync();
        Assert.Equal(TrainingOrder.GoOn, await owner.LogAsync(old.Number, Loss(0, 900)));

        // It looks dead, and is not quite.
        await owner.RecoverAsync("", false);
        await FreeTheTrainerAsync();
        var ended = await EndedAsync(job);

        Assert.True(ended.Status == TrainingJobStatus.Completed, ended.Message);
        Assert.Equal(TrainingOrder.LetGo, await owner.LogAsync(old.Number, [new Metric("loss", 7, 1, 3)]));
        Assert.Equal(TrainingOrder.LetGo, await owner.ReportProgressAsync(old.Number, 0.9, "still here"));
        Assert.Equal(TrainingOrder.LetGo, await owner.SetCheckpointAsync(old.Number, new TrainingCheckpoint(old.Number, 5, "")));
        Assert.Equal(TrainingOrder.LetGo, await owner.SetTrainedAsync(old.Number, "mlflow-artifacts:/elsewhere"));
        await owner.FailAsync(old.Number, "too late");
        await owner.SetBackAsync(old.Number, "too late");
        await owner.LeftAsync(old.Number, true);
        var still = await _silo.Grains.GetGrain<ITrainingJobGrain>(job).GetAsync();
        Assert.Equal((ended.Status, ended.Message, ended.Progress, ended.EndTime), (still.Status, still.Message, still.Progress, still.EndTime));
        await CheckAsync(ended, 0);
    }

    [Fact]
    public async Task Look_WhileItsTrainerLives_LeavesTheJobAlone()
    {
        var running = await StartAsync("wait");
        var job = await SiloFixture.WaitForAsync("the job to be half way", running.GetAsync, read => read.Message == "half way");
        var owner = Owner(job.JobId);

        // Another silo does not hold it; this one does, whatever it said a moment ago.
        await owner.RecoverAsync(Gone, false);
        await owner.RecoverAsync(_silo.Services.GetRequiredService<TrainingQueue>().Silo, false);

        Assert.Equal((TrainingJobStatus.Running, "half way"), ((await running.GetAsync()).Status, (await running.GetAsync()).Message));
        Assert.True(await owner.IsToSpeakAsync());
    }

    [Fact]
    public async Task Silence_OfATrainerWhoseSiloIsGone_QueuesTheJobInsteadOfFailingIt()
    {
        var (job, owner, _) = await BegunElsewhereAsync();

        Assert.False(await owner.IsToSpeakAsync());

        await FreeTheTrainerAsync();
        Assert.Equal(TrainingJobStatus.Completed, (await EndedAsync(job)).Status);
    }

    [Fact]
    public async Task Stop_OfAJobWhoseSiloIsGone_EndsItWithItsRun()
    {
        var (job, owner, attempt) = await BegunElsewhereAsync();
        await _silo.Grains.GetGrain<ITrainingJobGrain>(job).StopAsync();

        await owner.RecoverAsync("", false);

        Assert.Equal(TrainingJobStatus.Stopped, (await _silo.Grains.GetGrain<ITrainingJobGrain>(job).GetAsync()).Status);
        Assert.Equal(RunStatus.Killed, (await _silo.Tracking.GetRunAsync(attempt.Job.RunId!, Ct)).Info.Status);
        Assert.DoesNotContain(job, await _silo.Grains.GetGrain<INameIndexGrain>(NameIndex.OpenTrainingJobs).ListAsync());
    }

    [Fact]
    public async Task TrainersThatDieOneAfterTheOther_FailTheJobAtLast_UnlessItGetsOn()
    {
        var (job, owner, attempt) = await BegunElsewhereAsync();
        for (var death = 1; death <= 5; death++)
        {
            attempt = await DieAsync(owner, "the job is to be tried again");
        }

        Assert.Equal(TrainingOrder.GoOn, await owner.SetCheckpointAsync(attempt.Number, new TrainingCheckpoint(attempt.Number, 8, "")));
        for (var death = 1; death <= 5; death++)
        {
            attempt = await DieAsync(owner, "the job got on, and is to be tried again");
            Assert.Equal(8, attempt.Checkpoint!.Step);
        }

        await owner.RecoverAsync("", false);
        var failed = await _silo.Grains.GetGrain<ITrainingJobGrain>(job).GetAsync();
        Assert.Equal(TrainingJobStatus.Failed, failed.Status);
        Assert.Contains("6 trainers in a row ended before the job did", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checkpoint_ThatSomebodyHasChanged_IsNotGoneOnFrom()
    {
        var (job, owner, attempt) = await BegunElsewhereAsync();
        var checkpoints = _silo.Services.GetRequiredService<TrainingCheckpoints>();
        var checkpoint = await checkpoints.WriteAsync(job, attempt.Number, 1_700, BitConverter.GetBytes(1_700), Ct);
        Assert.Equal(TrainingOrder.GoOn, await owner.SetCheckpointAsync(attempt.Number, checkpoint with { Digest = "another" }));

        await owner.RecoverAsync("", false);
        await FreeTheTrainerAsync();

        var ended = await EndedAsync(job);
        Assert.True(ended.Status == TrainingJobStatus.Completed, ended.Message);
        await CheckAsync(ended, 0);
    }

    [Fact]
    public async Task Checkpoints_OfTheSameStep_LieBesideEachOther()
    {
        var checkpoints = _silo.Services.GetRequiredService<TrainingCheckpoints>();
        var job = Guid.NewGuid().ToString("N");
        var before = await checkpoints.WriteAsync(job, 1, 3, [1, 2], Ct);

        var after = await checkpoints.WriteAsync(job, 1, 3, [1, 2, 3], Ct);

        // The one before is what a crash goes on from until the one after is recorded; then it goes.
        Assert.Equal([1, 2], await checkpoints.ReadAsync(job, before, Ct));
        await checkpoints.DeleteAsync(job, before, Ct);
        Assert.Equal([1, 2, 3], await checkpoints.ReadAsync(job, after, Ct));
    }

    [Fact]
    public async Task TrainersSilo_GoneBetweenTheVersionAndTheReport_MakesNoSecondVersion()
    {
        var first = await EndedAsync((await (await StartAsync("metrics", "once")).GetAsync()).JobId);
        var (job, owner, attempt) = await BegunElsewhereAsync("once");
        await owner.SetRunAsync(attempt.Number, first.RunId!);
        var source = (await VersionsAsync("once")).Single().Source;
        Assert.Equal(TrainingOrder.GoOn, await owner.SetTrainedAsync(attempt.Number, source));

        // Too late for a stop: the run has finished.
        var refusal = await Assert.ThrowsAsync<MLOpsException>(_silo.Grains.GetGrain<ITrainingJobGrain>(job).StopAsync);
        Assert.Equal((ProblemCode.InvalidState, $"Training job '{job}' is running: its model is trained, and the job is about to complete."), (refusal.Code, refusal.Message));
        await owner.RecoverAsync("", false);
        await FreeTheTrainerAsync();

        var ended = await EndedAsync(job);
        Assert.Equal((TrainingJobStatus.Completed, "once", (int?)1), (ended.Status, ended.ModelName, ended.ModelVersion));
        Assert.Single(await VersionsAsync("once"));
    }

    /// <summary>A job that a silo which is gone has begun to train; this silo's trainer has another to wait for.</summary>
    private async Task<(string JobId, ITrainingJobOwnerGrain Owner, TrainingAttempt Attempt)> BegunElsewhereAsync(string? registerAs = null)
    {
        var blocker = await StartAsync("wait");
        _blocker = (await SiloFixture.WaitForAsync("the trainer to be at work", blocker.GetAsync, job => job.Message == "half way")).JobId;
        var job = (await (await StartAsync("metrics", registerAs)).GetAsync()).JobId;
        var attempt = Assert.IsType<TrainingAttempt>(await Owner(job).BeginAsync(Guid.NewGuid().ToString("N"), Gone));
        await _silo.Grains.GetGrain<IRunGrain>(attempt.Job.RunId!).CreateAsync(new CreateRun("0", null, null, 1, []));
        return (job, Owner(job), attempt);
    }

    private static async Task<TrainingAttempt> DieAsync(ITrainingJobOwnerGrain owner, string then)
    {
        await owner.RecoverAsync("", false);
        var attempt = await owner.BeginAsync("", Gone);
        Assert.True(attempt is not null, then);
        return attempt;
    }

    private Task<TrainingJobSnapshot> FreeTheTrainerAsync() => _silo.Grains.GetGrain<ITrainingJobGrain>(_blocker).StopAsync();

    private ITrainingJobOwnerGrain Owner(string jobId) => _silo.Grains.GetGrain<ITrainingJobOwnerGrain>(jobId);

    private async Task<ITrainingJobGrain> StartAsync(string ending, string? registerAs = null)
    {
        var job = _silo.Grains.GetGrain<ITrainingJobGrain>(Guid.NewGuid().ToString("N"));
        await job.StartAsync(new TrainingJobSpec("scripted", "sp500", 0, "", null, null, [new KeyValue("ending", ending)], registerAs));
        return job;
    }

    private Task<TrainingJobSnapshot> EndedAsync(string jobId) => SiloFixture.WaitForAsync(
        $"training job {jobId} to end",
        _silo.Grains.GetGrain<ITrainingJobGrain>(jobId).GetAsync,
        job => job.Status is TrainingJobStatus.Completed or TrainingJobStatus.Failed or TrainingJobStatus.Stopped);

    private async Task<long[]> StepsAsync(string runId) =>
        [.. (await _silo.Tracking.GetMetricHistoryAsync(runId, "loss", null, null, Ct)).Items.Select(metric => metric.Step)];

    private async Task<IReadOnlyList<ModelVersion>> VersionsAsync(string model) =>
        (await _silo.Services.GetRequiredService<IModelRegistryStore>().SearchModelVersionsAsync(new SearchModels($"name = '{model}'", [], 10, null), Ct)).Items;

    private static Metric[] Loss(int first, int count) => [.. Enumerable.Range(first, count).Select(step => new Metric("loss", 1.0 / (step + 1), 1, step))];

    /// <summary>Every step once, every final figure once, no checkpoint left.</summary>
    private async Task CheckAsync(TrainingJobSnapshot job, int firstStep)
    {
        Assert.Equal(Enumerable.Range(0, ScriptedModel.Steps).Select(step => (long)step), (await StepsAsync(job.RunId!)).Order());
        var run = await _silo.Tracking.GetRunAsync(job.RunId!, Ct);
        Assert.Equal(RunStatus.Finished, run.Info.Status);
        Assert.Equal(firstStep, Assert.Single((await _silo.Tracking.GetMetricHistoryAsync(job.RunId!, "first_step", null, null, Ct)).Items).Value);
        Assert.Empty(await _silo.Artifacts.ListAsync($"training/jobs/{job.JobId}", Ct));
        Assert.DoesNotContain(job.JobId, await _silo.Grains.GetGrain<INameIndexGrain>(NameIndex.OpenTrainingJobs).ListAsync());
    }
}
