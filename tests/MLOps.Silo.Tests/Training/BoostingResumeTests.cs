using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Training;

/// <summary>Jobs of the two models that are trained round by round without a network: paused or killed in the middle they go on there.</summary>
public sealed class BoostingResumeTests : IAsyncLifetime
{
    /// <summary>So many that a pause comes in the middle of them.</summary>
    private const int Rounds = 400;

    private static readonly TrainingJobSpec Trees = new("boosted-trees", "sp500", 0, "", null, null, [new("trees", $"{Rounds}"), new("learning_rate", "0.001"), new("patience", $"{Rounds}")], null);
    private static readonly TrainingJobSpec Ranker = new("momentum-ranker", "dow30", 0, "", null, null, [new("method", "lambdarank"), new("epochs", $"{Rounds}"), new("step", "5")], null);

    private readonly SiloFixture _silo = new()
    {
        // Only a pause, and what a request asks for, make checkpoints.
        Settings = { ["MLOps:Training:CheckpointInterval"] = "1.00:00:00" },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _silo.InitializeAsync();
        await _silo.RegisterSp500Async("sp500");
        await _silo.RegisterDow30Async("dow30");
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Theory]
    [InlineData(true, "val_loss")]
    [InlineData(false, "ndcg")]
    public async Task Pause_Twice_LeavesTheCurveAndTheModelOfAnUndisturbedTraining(bool isTrees, string metric)
    {
        var spec = isTrees ? Trees : Ranker;
        var whole = await CompletedAsync(await StartAsync(spec));
        var job = await StartAsync(spec);
        foreach (var step in new[] { 1, 100 })
        {
            await PausedBehindAsync(job, metric, step);
            await job.ResumeAsync();
        }

        var resumed = await CompletedAsync(job);

        var curve = await CurveAsync(resumed, metric);
        Assert.Equal(Enumerable.Range(1, Rounds).Select(step => (long)step), curve.Select(point => point.Step));
        Assert.Equal(await CurveAsync(whole, metric), curve);
        Assert.Equal(await FiguresAsync(whole), await FiguresAsync(resumed));
        Assert.Equal(await ParametersAsync(whole), await ParametersAsync(resumed));
    }

    [Theory]
    [InlineData(true, "val_loss")]
    [InlineData(false, "ndcg")]
    public async Task SiloKilled_BehindACheckpointThatTheRequestAskedFor_LeavesTheCurveAndTheModelOfAnUndisturbedTraining(bool isTrees, string metric)
    {
        var spec = (isTrees ? Trees : Ranker) with { CheckpointEvery = 50 };
        var job = await StartAsync(spec);
        var id = (await job.GetAsync()).JobId;
        await SiloFixture.WaitForAsync("a checkpoint", () => _silo.Artifacts.ListAsync($"training/jobs/{id}/checkpoints", Ct), files => files.Count > 0);
        await _silo.StopAsync(kill: true);

        await _silo.InitializeAsync();
        var ended = await CompletedAsync(_silo.Grains.GetGrain<ITrainingJobGrain>(id));

        Assert.Equal(Enumerable.Range(1, Rounds).Select(step => (long)step), (await CurveAsync(ended, metric)).Select(point => point.Step));
        var whole = await CompletedAsync(await StartAsync(spec));
        Assert.Equal(await CurveAsync(whole, metric), await CurveAsync(ended, metric));
        Assert.Equal(await ParametersAsync(whole), await ParametersAsync(ended));
    }

    [Theory]
    [InlineData(true, "val_loss")]
    [InlineData(false, "ndcg")]
    public async Task Stop_WhilePaused_KeepsTheBestOfItsCheckpoint(bool isTrees, string metric)
    {
        var job = await StartAsync(isTrees ? Trees : Ranker);
        var paused = await PausedBehindAsync(job, metric, 20);
        var steps = (await CurveAsync(paused, metric)).Length;

        await job.StopAsync();

        var stopped = await SiloFixture.WaitForAsync("the job to stop", job.GetAsync, seen => seen.IsEnded);
        Assert.Equal(TrainingJobStatus.Stopped, stopped.Status);
        Assert.Contains("folder 'model'", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(steps, (await CurveAsync(stopped, metric)).Length);
        Assert.NotEmpty(await ParametersAsync(stopped));
    }

    private async Task<ITrainingJobGrain> StartAsync(TrainingJobSpec spec)
    {
        var job = _silo.Grains.GetGrain<ITrainingJobGrain>(Guid.NewGuid().ToString("N"));
        await job.StartAsync(spec);
        return job;
    }

    /// <summary>Pauses the job when its curve has come to this step.</summary>
    private async Task<TrainingJobSnapshot> PausedBehindAsync(ITrainingJobGrain job, string metric, long step)
    {
        await SiloFixture.WaitForAsync($"step {step}", job.GetAsync, seen => seen.IsEnded || seen.RunId is not null);
        await SiloFixture.WaitForAsync($"step {step}", async () => await CurveAsync(await job.GetAsync(), metric), curve => curve.Length >= step);
        await job.PauseAsync();
        var paused = await SiloFixture.WaitForAsync("the job to pause", job.GetAsync, seen => seen.Status == TrainingJobStatus.Paused || seen.IsEnded);
        Assert.True(paused.Status == TrainingJobStatus.Paused, $"{paused.Status}: {paused.Message}");
        Assert.InRange((await CurveAsync(paused, metric)).Length, step, Rounds - 1);
        return paused;
    }

    private static async Task<TrainingJobSnapshot> CompletedAsync(ITrainingJobGrain job)
    {
        var ended = await SiloFixture.WaitForAsync("the job to end", job.GetAsync, seen => seen.IsEnded);
        Assert.True(ended.Status == TrainingJobStatus.Completed, $"{ended.Status}: {ended.Message}");
        return ended;
    }

    private async Task<(long Step, double Value)[]> CurveAsync(TrainingJobSnapshot job, string metric) => job.RunId is null
        ? []
        : [.. (await _silo.Tracking.GetMetricHistoryAsync(job.RunId, metric, null, null, Ct)).Items.Select(point => (point.Step, point.Value)).Order()];

    /// <summary>What the run says of the model in the end.</summary>
    private async Task<(string Key, double Value)[]> FiguresAsync(TrainingJobSnapshot job) =>
        [.. (await _silo.Tracking.GetRunAsync(job.RunId!, Ct)).Metrics.Where(metric => !metric.Key.Contains("sharpe", StringComparison.Ordinal)).Select(metric => (metric.Key, metric.Value)).Order()];

    private async Task<byte[]> ParametersAsync(TrainingJobSnapshot job)
    {
        var run = await _silo.Tracking.GetRunAsync(job.RunId!, Ct);
        var folder = _silo.Services.GetRequiredService<IArtifactResolver>().Resolve($"{run.Info.ArtifactUri}/model");
        await using var stored = await folder.Store.OpenReadAsync(folder.Combine("parameters.json"), Ct);
        using var content = new MemoryStream();
        await stored.CopyToAsync(content, Ct);
        return content.ToArray();
    }
}
