using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using MLOps.Silo.Training;

namespace MLOps.Silo.Tests.Training;

/// <summary>A silo whose trainings go as far as the test lets them. Only a pause makes checkpoints.</summary>
public sealed class PacedSilo : IAsyncLifetime
{
    internal PacedSilo(params (string Key, string Value)[] settings)
    {
        Silo = new SiloFixture
        {
            Configure = services => services.AddSingleton<IModelDefinition>(Model),
            Settings = { ["MLOps:Training:CheckpointInterval"] = "1.00:00:00", ["MLOps:Training:RecoveryInterval"] = "1.00:00:00" },
        };
        foreach (var (key, value) in settings)
        {
            Silo.Settings[key] = value;
        }
    }

    public SiloFixture Silo { get; }

    internal PacedModel Model { get; } = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Silo.InitializeAsync();
        await Silo.RegisterSp500Async("sp500");
    }

    public ValueTask DisposeAsync()
    {
        Model.Allow(PacedModel.Steps);
        return Silo.DisposeAsync();
    }

    internal static TrainingJobSpec Spec(params (string Key, string Value)[] parameters) =>
        new("paced", "sp500", 0, "", null, null, [.. parameters.Select(parameter => new KeyValue(parameter.Key, parameter.Value))], null);

    internal ITrainingJobGrain Job(string id) => Silo.Grains.GetGrain<ITrainingJobGrain>(id);

    internal async Task<ITrainingJobGrain> StartAsync(TrainingJobSpec spec)
    {
        var job = Job(Guid.NewGuid().ToString("N"));
        await job.StartAsync(spec);
        return job;
    }

    /// <summary>Starts a job and waits until it has come to this step.</summary>
    internal async Task<ITrainingJobGrain> StartAsync(TrainingJobSpec spec, int step)
    {
        Model.Allow(step);
        var job = await StartAsync(spec);
        await SiloFixture.WaitForAsync($"step {step}", job.GetAsync, seen => seen.Message == $"step {step}");
        return job;
    }

    /// <summary>The newest of an evaluation that can be read: the one before is deleted while it is looked for.</summary>
    internal async Task<EvaluationCheckpoint?> EvaluationCheckpointAsync(string jobId)
    {
        foreach (var file in await Silo.Artifacts.ListAsync($"training/jobs/{jobId}/checkpoints", Ct))
        {
            try
            {
                await using var content = await Silo.Artifacts.OpenReadAsync(file.Path, Ct);
                using var memory = new MemoryStream();
                await content.CopyToAsync(memory, Ct);
                if (EvaluationCheckpoint.Read(memory.ToArray()) is { } read)
                {
                    return read;
                }
            }
            catch (MLOpsException)
            {
                // A newer one has taken its place.
            }
        }

        return null;
    }

    internal static Task<TrainingJobSnapshot> BecomesAsync(ITrainingJobGrain job, TrainingJobStatus status) => SiloFixture.WaitForAsync(
        $"the job to be {status}", job.GetAsync, seen => seen.Status == status || seen.IsEnded);

    internal async Task<TrainingJobSnapshot> CompletedAsync(ITrainingJobGrain job)
    {
        Model.Allow(PacedModel.Steps);
        var ended = await BecomesAsync(job, TrainingJobStatus.Completed);
        Assert.True(ended.Status == TrainingJobStatus.Completed, $"{ended.Status}: {ended.Message}");
        return ended;
    }

    /// <summary>Every value of the run's loss, by step.</summary>
    internal async Task<(long Step, double Value)[]> LossAsync(string runId) =>
        [.. (await Silo.Tracking.GetMetricHistoryAsync(runId, "loss", null, null, Ct)).Items.Select(metric => (metric.Step, metric.Value)).Order()];

    internal async Task<RunStatus> RunStatusAsync(string runId) => (await Silo.Tracking.GetRunAsync(runId, Ct)).Info.Status;

    /// <summary>The files of the run's model folder.</summary>
    internal async Task<string[]> ModelFilesAsync(string runId)
    {
        var run = await Silo.Tracking.GetRunAsync(runId, Ct);
        var folder = Silo.Services.GetRequiredService<Tracking.IArtifactResolver>().Resolve($"{run.Info.ArtifactUri}/model");
        return [.. (await folder.Store.ListAsync(folder.Path, Ct)).Select(file => Path.GetFileName(file.Path)).Order(StringComparer.Ordinal)];
    }
}
