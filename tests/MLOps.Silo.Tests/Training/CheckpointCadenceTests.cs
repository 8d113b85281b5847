using System.Globalization;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Silo.Training;

namespace MLOps.Silo.Tests.Training;

/// <summary>Checkpoints every so many steps, or by time, whichever comes first.</summary>
public sealed class CheckpointCadenceTests : IAsyncLifetime
{
    /// <summary>Time alone would make none in a day.</summary>
    private readonly PacedSilo _paced = new(("MLOps:Training:CheckpointEvery", "50"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _paced.InitializeAsync();

    public ValueTask DisposeAsync() => _paced.DisposeAsync();

    [Fact]
    public async Task CheckpointEvery_OfTheRequest_IsKeptEverySoManyStepsAndGoneOnFrom()
    {
        var job = await _paced.StartAsync(PacedSilo.Spec() with { CheckpointEvery = 20 }, step: 19);
        var jobId = (await job.GetAsync()).JobId;
        Assert.Empty(await StepsAsync(jobId));

        await AllowAsync(job, 29);
        await SiloFixture.WaitForAsync("a checkpoint at step 20", () => StepsAsync(jobId), steps => steps.SequenceEqual([20]));

        // The model offers one every ten steps: that of step 30 is not due.
        await AllowAsync(job, 39);
        Assert.Equal(20, Assert.Single(await StepsAsync(jobId)));
        await AllowAsync(job, 49);
        await SiloFixture.WaitForAsync("a checkpoint at step 40", () => StepsAsync(jobId), steps => steps.SequenceEqual([40]));

        await _paced.Silo.StopAsync(kill: true);
        await _paced.Silo.InitializeAsync();
        var ended = await _paced.CompletedAsync(_paced.Job(jobId));

        Assert.Equal([0, 40], _paced.Model.Begun);
        Assert.Equal(Enumerable.Range(1, PacedModel.Steps).Select(step => (long)step), (await _paced.LossAsync(ended.RunId!)).Select(loss => loss.Step));
    }

    [Fact]
    public async Task CheckpointEvery_OfTheSettings_IsTheDefault()
    {
        var job = await _paced.StartAsync(PacedSilo.Spec(), step: 49);
        var jobId = (await job.GetAsync()).JobId;
        Assert.Empty(await StepsAsync(jobId));

        await AllowAsync(job, 59);

        await SiloFixture.WaitForAsync("a checkpoint at step 50", () => StepsAsync(jobId), steps => steps.SequenceEqual([50]));
    }

    [Fact]
    public async Task CheckpointEvery_InAFoldOfAnEvaluation_CountsTheFoldsOwnSteps()
    {
        // The job's own training is number 0; the third fold's is held at step 30, and offers it again: the one before may still be on its way to the store.
        (_paced.Model.HoldsFrom, _paced.Model.OffersWhileHeld) = (3, true);
        _paced.Model.Allow(PacedModel.Steps);
        var job = await _paced.StartAsync(PacedSilo.Spec() with { Evaluation = new EvaluationSpec(4, 1, EvaluationSpec.Expanding, 0, null), CheckpointEvery = 30 });
        var jobId = (await job.GetAsync()).JobId;

        await SiloFixture.WaitForAsync("a checkpoint in the third fold", () => _paced.EvaluationCheckpointAsync(jobId), kept => kept is { Progress: { Scores.Count: 2, Checkpoint: not null } });
    }

    [Fact]
    public async Task CheckpointEvery_OutOfRange_NamesTheField()
    {
        var error = await Assert.ThrowsAsync<MLOpsException>(() => _paced.StartAsync(PacedSilo.Spec() with { CheckpointEvery = 0 }));
        Assert.Equal("'checkpoint_every' is '0': expected 1 to 1000000000 steps.", error.Message);
    }

    [Theory]
    [InlineData(10, 0, null, true)]
    [InlineData(9, 1_000, null, false)]
    [InlineData(0, 5, 5L, true)]
    [InlineData(0, 4, 5L, false)]
    [InlineData(10, 4, 5L, true)]
    public void IsDue_ByTimeOrBySteps(int seconds, long steps, long? every, bool isDue) =>
        Assert.Equal(isDue, new CheckpointCadence(TimeSpan.FromSeconds(10), every).IsDue(TimeSpan.FromSeconds(seconds), steps));

    private async Task AllowAsync(ITrainingJobGrain job, int step)
    {
        _paced.Model.Allow(step);
        await SiloFixture.WaitForAsync(string.Create(CultureInfo.InvariantCulture, $"step {step}"), job.GetAsync, seen => seen.Message == string.Create(CultureInfo.InvariantCulture, $"step {step}"));
    }

    private async Task<long[]> StepsAsync(string jobId) =>
        [.. (await _paced.Silo.Artifacts.ListAsync($"training/jobs/{jobId}/checkpoints", Ct)).Select(file => long.Parse(Path.GetFileName(file.Path).Split('-')[1], CultureInfo.InvariantCulture))];
}
