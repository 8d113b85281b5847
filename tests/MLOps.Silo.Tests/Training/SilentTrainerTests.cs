using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using MLOps.Testing;

namespace MLOps.Silo.Tests.Training;

/// <summary>The platform's own trainer as the client of its run.</summary>
public sealed class SilentTrainerTests : IAsyncLifetime
{
    private readonly ShiftedTime _clock = new();
    private readonly SiloFixture _silo;

    public SilentTrainerTests() => _silo = new SiloFixture
    {
        Configure = services =>
        {
            services.AddSingleton<IModelDefinition, ScriptedModel>();
            services.AddSingleton<TimeProvider>(_clock);
            services.AddKeyedSingleton<TimeProvider>(KeyedService.AnyKey, (_, _) => TimeProvider.System);
        },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _silo.InitializeAsync();
        await _silo.RegisterSp500Async("sp500");
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Trainer_ThatGivesNoSignForLong_FailsItsRunAndItsJob()
    {
        var job = await StartAsync();
        var run = (await job.GetAsync()).RunId!;
        Assert.Contains((await _silo.Tracking.GetRunAsync(run, Ct)).Tags, tag => tag is { Key: HeartbeatTags.Interval, Value: "30" });

        // Its heart beats every 30 s of real time, so it is silent for six minutes of the clock that is put forward. One beat may come in between.
        await SiloFixture.WaitForAsync(
            "the run to fail",
            async () =>
            {
                _clock.Advance(TimeSpan.FromMinutes(6));
                await TickAsync(run);
                return (await _silo.Tracking.GetRunAsync(run, Ct)).Info.Status;
            },
            status => status == RunStatus.Failed);

        var failed = await job.GetAsync();
        Assert.Equal(TrainingJobStatus.Failed, failed.Status);
        Assert.Contains("no sign of life", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithTheTagOfAnothersJob_FailsAlone()
    {
        var job = await StartAsync();
        var stranger = Guid.NewGuid().ToString("n");
        await _silo.Grains.GetGrain<IRunGrain>(stranger).CreateAsync(new CreateRun(
            "0", null, null, 1, [new KeyValue(HeartbeatTags.Interval, "1"), new KeyValue("mlops.training.job_id", job.GetPrimaryKeyString())]));
        await TickAsync(stranger);
        _clock.Advance(TimeSpan.FromMinutes(6));
        await TickAsync(stranger);
        Assert.Equal(RunStatus.Failed, (await _silo.Tracking.GetRunAsync(stranger, Ct)).Info.Status);
        Assert.Equal(TrainingJobStatus.Running, (await job.GetAsync()).Status);
    }

    private async Task<ITrainingJobGrain> StartAsync()
    {
        var job = _silo.Grains.GetGrain<ITrainingJobGrain>(Guid.NewGuid().ToString("n"));
        await job.StartAsync(new TrainingJobSpec("scripted", "sp500", 0, "", null, null, [new KeyValue("ending", "wait")], null));
        await SiloFixture.WaitForAsync("the job to be half way", job.GetAsync, read => read.Message == "half way");
        return job;
    }

    private Task TickAsync(string run) => _silo.Grains.GetGrain<IRunGrain>(run).AsReference<IRemindable>()
        .ReceiveReminder("heartbeat", new TickStatus(DateTime.UnixEpoch, TimeSpan.FromMinutes(1), DateTime.UnixEpoch));
}
