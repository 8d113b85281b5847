using Microsoft.Extensions.DependencyInjection;
using MLOps.Testing;
using MLOps.Tracking;
using Orleans.Hosting;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace MLOps.Silo.Tests.Storage;

/// <summary>Orleans' reminders over the tracking database.</summary>
public class ReminderTests : IAsyncLifetime
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);
    private readonly SiloFixture _silo = new() { Configure = services => services.Configure<ReminderOptions>(options => options.MinimumReminderPeriod = Period) };

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reminder_AfterTheSiloIsGone_TicksAtTheNextWithoutACall(bool killed)
    {
        var key = Guid.NewGuid().ToString("n");
        await _silo.Grains.GetGrain<ITickingGrain>(key).StartAsync(Period);
        await TicksAsync(key, 2);

        await _silo.StopAsync(killed);
        var before = Ticks(key);
        await _silo.InitializeAsync();

        await TicksAsync(key, before + 2);
    }

    [Fact]
    public async Task Reminder_Unregistered_LeavesTheTableAndStaysAwayAfterARestart()
    {
        var stopped = Guid.NewGuid().ToString("n");
        var going = Guid.NewGuid().ToString("n");
        await _silo.Grains.GetGrain<ITickingGrain>(stopped).StartAsync(Period);
        await _silo.Grains.GetGrain<ITickingGrain>(going).StartAsync(Period);
        await TicksAsync(stopped, 1);
        await _silo.Grains.GetGrain<ITickingGrain>(stopped).StopAsync();
        var left = await _silo.Services.GetRequiredService<IReminderStore>().ReadRangeAsync(0, 0, TestContext.Current.CancellationToken);
        Assert.Equal(["tests-ticking/" + going], left.Where(reminder => reminder.Name == TickingGrain.Name).Select(reminder => reminder.GrainId));

        await _silo.StopAsync();
        var before = (Stopped: Ticks(stopped), Going: Ticks(going));
        await _silo.InitializeAsync();

        // The other one has ticked several times: this one had as many chances.
        await TicksAsync(going, before.Going + 3);
        Assert.Equal(before.Stopped, Ticks(stopped));
    }

    [Fact]
    public async Task Reminder_BelowTheLeastPeriod_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => _silo.Grains.GetGrain<ITickingGrain>(Guid.NewGuid().ToString("n")).StartAsync(Period / 2));

    /// <returns>Address of an empty database; null: a SQLite file.</returns>
    protected virtual string? DatabaseUri() => null;

    private static int Ticks(string key) => TickingGrain.Ticks.GetValueOrDefault(key);

    private static Task<int> TicksAsync(string key, int count) => SiloFixture.WaitForAsync($"tick {count} of {key}", () => Task.FromResult(Ticks(key)), ticks => ticks >= count);
}
