using System.Globalization;
using System.Text.Json.Nodes;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Silo.Training;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Training;

/// <summary>Wherever an evaluation breaks off, another trainer goes on with the first fold that is not done: the model is not trained again, and every fold's score is there once.</summary>
public sealed class EvaluationResumeTests : IAsyncLifetime
{
    private const int Folds = 4;

    /// <summary>The job's own training is number 0, so this is the third fold's.</summary>
    private const int ThirdFold = 3;

    private static readonly EvaluationSpec Walk = new(Folds, 1, EvaluationSpec.Expanding, 0, null);

    private readonly PacedSilo _paced = new(("MLOps:Training:CheckpointInterval", "00:00:00"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _paced.InitializeAsync();

    public ValueTask DisposeAsync() => _paced.DisposeAsync();

    [Fact]
    public async Task SiloKilled_InTheThirdFold_TheNextStartTrainsThatFoldAndThoseAfterIt()
    {
        var before = await InTheThirdFoldAsync();
        Assert.Equal(ThirdFold + 1, _paced.Model.Trainings);
        await _paced.Silo.StopAsync(kill: true);
        var logged = _paced.Model.Begun.Count;

        _paced.Model.HoldsFrom = null;
        await _paced.Silo.InitializeAsync();
        var ended = await _paced.CompletedAsync(_paced.Job(before.JobId));

        // Neither the job's own training nor the first two folds' again: the third's goes on, the fourth's begins.
        Assert.Equal(before.RunId, ended.RunId);
        var begun = _paced.Model.Begun.Skip(logged).ToArray();
        Assert.Equal(2, begun.Length);
        Assert.True(begun[0] > 0, "The third fold began anew.");
        Assert.Equal(0, begun[1]);
        await CheckAsync(ended);
    }

    [Fact]
    public async Task Pause_InTheThirdFold_ResumesThere()
    {
        var before = await InTheThirdFoldAsync();
        var job = _paced.Job(before.JobId);
        await job.PauseAsync();
        await PacedSilo.BecomesAsync(job, TrainingJobStatus.Paused);
        var logged = _paced.Model.Begun.Count;

        _paced.Model.HoldsFrom = null;
        await job.ResumeAsync();
        var ended = await _paced.CompletedAsync(job);

        Assert.Equal(2, _paced.Model.Begun.Count - logged);
        await CheckAsync(ended);
    }

    [Fact]
    public async Task Stop_InAnEvaluationThatNobodyHolds_KeepsTheModel()
    {
        var before = await InTheThirdFoldAsync();
        var job = _paced.Job(before.JobId);
        await job.PauseAsync();
        await PacedSilo.BecomesAsync(job, TrainingJobStatus.Paused);
        var begun = _paced.Model.Begun.Count;

        await job.StopAsync();

        var ended = await PacedSilo.BecomesAsync(job, TrainingJobStatus.Stopped);
        Assert.Equal(TrainingJobStatus.Stopped, ended.Status);
        var run = await _paced.Silo.Tracking.GetRunAsync(ended.RunId!, Ct);
        Assert.Contains(await _paced.Silo.Artifacts.ListAsync($"{ArtifactUri.ToStorePath(run.Info.ArtifactUri)}/model", Ct), file => file.Path.EndsWith("model.onnx", StringComparison.Ordinal));
        Assert.InRange(_paced.Model.Begun.Count - begun, 0, 1);
    }

    [Fact]
    public async Task Stop_AfterTheCheckpointWasLost_EndsAtOnceWhatHasBegunAnew()
    {
        var before = await InTheThirdFoldAsync(("best", "no"));
        var job = _paced.Job(before.JobId);
        await job.PauseAsync();
        await PacedSilo.BecomesAsync(job, TrainingJobStatus.Paused);
        await _paced.Silo.Artifacts.DeleteAsync($"training/jobs/{before.JobId}/checkpoints", Ct);
        var begun = _paced.Model.Begun.Count;

        // Held for good: only a stop that does not wait for a best ends it.
        _paced.Model.HoldsFrom = 0;
        await job.ResumeAsync();
        await SiloFixture.WaitForAsync("the training to begin anew", () => Task.FromResult(_paced.Model.Begun.Count), count => count > begun);
        await job.StopAsync();

        Assert.Equal(TrainingJobStatus.Stopped, (await PacedSilo.BecomesAsync(job, TrainingJobStatus.Stopped)).Status);
        Assert.Equal(0, _paced.Model.Begun.Last());
    }

    [Fact]
    public void Checkpoint_WrittenAndRead_IsTheSameAndOfAnotherReleaseNone()
    {
        var model = new MLOps.Models.Catalog.TrainedModel(
            [new("model.onnx", [1, 2, 255])],
            new([new("x", "float32", [-1, 2])], []),
            new Dictionary<string, string> { ["rate"] = "0.1" },
            new Dictionary<string, double> { ["loss"] = 1.0 / 3, ["none"] = double.NaN, ["best"] = double.NegativeInfinity },
            new([new("f", "x", 1)], [new DateOnly(2020, 1, 2)], [[0.1, 0.2]]),
            new Dictionary<string, string> { ["tag"] = "é" });
        var written = new EvaluationCheckpoint(model, new([new(2, 1, 7, new Dictionary<string, double> { ["auc"] = 0.1 + 0.2 }, [double.NaN, -0.0])], [9])).Write();

        Assert.Equal(written, EvaluationCheckpoint.Read(written)!.Write());
        Assert.Null(EvaluationCheckpoint.Read([1, 2, 3]));
        Assert.Null(EvaluationCheckpoint.Read("{}"u8.ToArray()));
    }

    /// <summary>A job whose checkpoint has two folds' scores and some steps of the third's training.</summary>
    private async Task<TrainingJobSnapshot> InTheThirdFoldAsync(params (string Key, string Value)[] parameters)
    {
        _paced.Model.HoldsFrom = ThirdFold;
        _paced.Model.OffersWhileHeld = true;
        _paced.Model.Allow(PacedModel.Steps);
        var job = await _paced.StartAsync(PacedSilo.Spec(parameters) with { Evaluation = Walk });
        var jobId = (await job.GetAsync()).JobId;
        await SiloFixture.WaitForAsync("a checkpoint in the third fold", () => _paced.EvaluationCheckpointAsync(jobId), kept => kept is { Progress: { Scores.Count: 2, Checkpoint: not null } });
        return await job.GetAsync();
    }

    /// <summary>The run is that of a job that nobody disturbed: no fold's score is missing or there twice.</summary>
    private async Task CheckAsync(TrainingJobSnapshot ended)
    {
        var undisturbed = await _paced.CompletedAsync(await _paced.StartAsync(PacedSilo.Spec() with { Evaluation = Walk }));
        Assert.Equal(await _paced.LossAsync(undisturbed.RunId!), await _paced.LossAsync(ended.RunId!));
        foreach (var figure in new[] { "wf_loss_by_fold", "wf_rows_by_fold" })
        {
            var history = await HistoryAsync(ended.RunId!, figure);
            Assert.Equal(Enumerable.Range(1, Folds).Select(fold => (long)fold), history.Select(metric => metric.Step));
            Assert.Equal((await HistoryAsync(undisturbed.RunId!, figure)).Select(metric => metric.Value), history.Select(metric => metric.Value));
        }

        foreach (var figure in new[] { "wf_loss", "wf_loss_fold_sd", "final_loss", "best_step" })
        {
            var (expected, actual) = (Assert.Single(await HistoryAsync(undisturbed.RunId!, figure)), Assert.Single(await HistoryAsync(ended.RunId!, figure)));
            Assert.Equal((expected.Step, expected.Value), (actual.Step, actual.Value));
        }

        Assert.Equal(await FileAsync(undisturbed.RunId!), await FileAsync(ended.RunId!));
        Assert.Empty(await _paced.Silo.Artifacts.ListAsync($"training/jobs/{ended.JobId}", Ct));
    }

    private async Task<Metric[]> HistoryAsync(string runId, string metric) =>
        [.. (await _paced.Silo.Tracking.GetMetricHistoryAsync(runId, metric, null, null, Ct)).Items.OrderBy(value => value.Step)];

    private async Task<string> FileAsync(string runId)
    {
        var run = await _paced.Silo.Tracking.GetRunAsync(runId, Ct);
        await using var content = await _paced.Silo.Artifacts.OpenReadAsync($"{ArtifactUri.ToStorePath(run.Info.ArtifactUri)}/model/walk_forward.json", Ct);
        return (await JsonNode.ParseAsync(content, cancellationToken: Ct))!.ToJsonString();
    }
}
