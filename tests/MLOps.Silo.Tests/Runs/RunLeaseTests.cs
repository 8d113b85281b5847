using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Testing;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Runs;

/// <summary>Runs whose client died. The clock is the test's, and so are the ticks: the reminder itself comes once a minute and does not disturb.</summary>
public class RunLeaseTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ShiftedTime _clock = new();
    private readonly SiloFixture _silo;
    private int _beats;

    public RunLeaseTests() => _silo = new SiloFixture
    {
        Configure = services =>
        {
            services.AddSingleton<TimeProvider>(_clock);

            // Orleans keeps the real one: its calls would time out when the test puts the clock forward.
            services.AddKeyedSingleton<TimeProvider>(KeyedService.AnyKey, (_, _) => TimeProvider.System);
        },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _silo.StoreUri = DatabaseUri();
        await _silo.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Silence_LongerThanThePatience_FailsTheRunAndSaysWhy()
    {
        var run = await StartAsync(interval: 30);
        Assert.NotNull(await ReminderAsync(run));
        await PassAsync(run, Patience - Minute);
        Assert.Equal(RunStatus.Running, await StatusAsync(run));

        await PassAsync(run, Minute + Minute);

        var failed = await _silo.Tracking.GetRunAsync(run, Ct);
        Assert.Equal((RunStatus.Failed, true), (failed.Info.Status, failed.Info.EndTime > 0));
        Assert.Contains(failed.Tags, tag => tag.Key == HeartbeatTags.Error && tag.Value.Contains("no heartbeat and no write for 3", StringComparison.Ordinal));
        Assert.Null(await ReminderAsync(run));
    }

    [Theory]
    [InlineData("heartbeat")]
    [InlineData("metric")]
    [InlineData("parameter")]
    [InlineData("heartbeat of another program")]
    [InlineData("metric of another program")]
    public async Task SignOfLife_OfAnyKind_KeepsItRunning(string kind)
    {
        var run = await StartAsync(interval: 30);
        for (var i = 0; i < 8; i++)
        {
            await PassAsync(run, 2 * Minute);
            await SignAsync(run, kind, i);
        }

        Assert.Equal(RunStatus.Running, await StatusAsync(run));
        await PassAsync(run, Minute);
        await PassAsync(run, Patience + Minute);
        Assert.Equal(RunStatus.Failed, await StatusAsync(run));
    }

    [Fact]
    public async Task Silence_OfARunThatAnnouncedNothing_IsNobodysBusiness()
    {
        var run = await StartAsync(interval: null);
        await Run(run).LogBatchAsync(LogBatch.OfTag(HeartbeatTags.Beat, "1"));
        Assert.Null(await ReminderAsync(run));
        await PassAsync(run, TimeSpan.FromDays(30));
        Assert.Equal(RunStatus.Running, await StatusAsync(run));
    }

    [Fact]
    public async Task Silence_OfLessThanThreeAnnouncedIntervals_IsNoReason()
    {
        var run = await StartAsync(interval: 600);
        await PassAsync(run, TimeSpan.FromMinutes(28));
        Assert.Equal(RunStatus.Running, await StatusAsync(run));
        await PassAsync(run, TimeSpan.FromMinutes(4));
        Assert.Equal(RunStatus.Failed, await StatusAsync(run));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lease_OfARunThatEndedOrWasDeleted_IsDropped(bool deleted)
    {
        var run = await StartAsync(interval: 30);
        if (deleted)
        {
            await Run(run).DeleteAsync();
        }
        else
        {
            await Run(run).UpdateAsync(new UpdateRun(RunStatus.Finished, 9, null));
        }

        await PassAsync(run, Minute);
        await PassAsync(run, Minute);
        Assert.Null(await ReminderAsync(run));
        await PassAsync(run, 2 * Patience);
        var kept = (await _silo.Tracking.GetRunAsync(run, Ct)).Info;
        Assert.Equal((deleted ? RunStatus.Running : RunStatus.Finished, deleted ? null : 9), (kept.Status, kept.EndTime));
    }

    [Fact]
    public async Task Client_ThatComesBackAfterItsRunFailed_LosesNothingAndHasItsRunBack()
    {
        var run = await StartAsync(interval: 30);
        await PassAsync(run, Patience + Minute);
        Assert.Equal(RunStatus.Failed, await StatusAsync(run));

        await Run(run).LogBatchAsync(LogBatch.OfMetric(new Metric("loss", 0.5, 1, 1)));
        Assert.Equal(0.5, Assert.Single((await _silo.Tracking.GetRunAsync(run, Ct)).Metrics).Value);
        Assert.Equal(RunStatus.Failed, await StatusAsync(run));

        await SignAsync(run, "heartbeat", 1);
        var revived = await _silo.Tracking.GetRunAsync(run, Ct);
        Assert.Equal((RunStatus.Running, null), (revived.Info.Status, revived.Info.EndTime));
        Assert.DoesNotContain(revived.Tags, tag => tag.Key == HeartbeatTags.Error);
        Assert.NotNull(await ReminderAsync(run));
        await PassAsync(run, Minute);
        await PassAsync(run, Patience + Minute);
        Assert.Equal(RunStatus.Failed, await StatusAsync(run));
    }

    [Fact]
    public async Task Run_ThatAPersonFailed_IsNotRevivedByALateHeartbeat()
    {
        var run = await StartAsync(interval: 30);
        await Run(run).LogBatchAsync(LogBatch.OfTag(HeartbeatTags.Error, "out of memory"));
        await Run(run).UpdateAsync(new UpdateRun(RunStatus.Failed, 9, null));
        await PassAsync(run, Minute);
        await PassAsync(run, Minute);
        await SignAsync(run, "heartbeat", 1);
        Assert.Equal(RunStatus.Failed, await StatusAsync(run));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_OfThePlatform_GivesTheWholePatienceAgainAndNoMore(bool killed)
    {
        var run = await StartAsync(interval: 30);
        await PassAsync(run, Patience - Minute);
        await _silo.StopAsync(killed);
        _clock.Advance(TimeSpan.FromHours(3));
        await _silo.InitializeAsync();

        await PassAsync(run, Minute);
        await PassAsync(run, Patience - Minute);
        Assert.Equal(RunStatus.Running, await StatusAsync(run));
        await PassAsync(run, 2 * Minute);
        Assert.Equal(RunStatus.Failed, await StatusAsync(run));
    }

    [Fact]
    public async Task Announcement_OfARunThatIsContinued_IsWatchedFromThenOn()
    {
        var run = await StartAsync(interval: null);
        await Run(run).LogBatchAsync(new LogBatch([], [], [new KeyValue(HeartbeatTags.Interval, "30"), new KeyValue(HeartbeatTags.Beat, "1")]));
        Assert.NotNull(await ReminderAsync(run));
        await PassAsync(run, Minute);
        await PassAsync(run, Patience + Minute);
        Assert.Equal(RunStatus.Failed, await StatusAsync(run));
    }

    /// <returns>Address of an empty database; null: a SQLite file.</returns>
    protected virtual string? DatabaseUri() => null;

    private IRunGrain Run(string id) => _silo.Grains.GetGrain<IRunGrain>(id);

    private async Task<string> StartAsync(int? interval)
    {
        KeyValue[] tags = interval is { } seconds ? [new(HeartbeatTags.Interval, seconds.ToString(CultureInfo.InvariantCulture)), new(HeartbeatTags.Beat, "0")] : [];
        var run = (await Run(Guid.NewGuid().ToString("n")).CreateAsync(new CreateRun("0", null, null, 1, tags))).Info.RunId;

        // The look after the client's last write, from which the silence counts.
        await PassAsync(run, TimeSpan.Zero);
        return run;
    }

    private Task SignAsync(string run, string kind, int number) => kind switch
    {
        "metric" => Run(run).LogBatchAsync(LogBatch.OfMetric(new Metric("loss", number, number, number))),
        "parameter" => Run(run).LogBatchAsync(LogBatch.OfParam($"p{number}", "v")),
        "heartbeat of another program" => _silo.Tracking.LogBatchAsync(run, Beat(), Ct),
        "metric of another program" => _silo.Tracking.LogBatchAsync(run, LogBatch.OfMetric(new Metric("loss", number, number, number)), Ct),
        _ => Run(run).LogBatchAsync(Beat()),
    };

    /// <summary>A client's clock that stands still in the past: only that the value changes counts.</summary>
    private LogBatch Beat() => LogBatch.OfTag(HeartbeatTags.Beat, (++_beats).ToString(CultureInfo.InvariantCulture));

    /// <summary>Time goes by, and the reminder ticks.</summary>
    private Task PassAsync(string run, TimeSpan time)
    {
        _clock.Advance(time);
        return Run(run).AsReference<IRemindable>().ReceiveReminder("heartbeat", new TickStatus(DateTime.UnixEpoch, Minute, DateTime.UnixEpoch));
    }

    private async Task<RunStatus> StatusAsync(string run) => (await _silo.Tracking.GetRunAsync(run, Ct)).Info.Status;

    private Task<StoredReminder?> ReminderAsync(string run) => _silo.Services.GetRequiredService<IReminderStore>().ReadAsync($"run/{run}", "heartbeat", Ct);
}
