using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Silo.Hosting;
using MLOps.Testing;
using MLOps.Tracking;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace MLOps.Silo.Tests.Storage;

/// <summary>Two silos share the ring of reminders, and the table.</summary>
public sealed class TwoSiloReminderTests : IAsyncLifetime
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(300);
    private readonly TemporaryFolder _folder = new();
    private IHost? _store;
    private InProcessTestCluster? _cluster;

    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["MLOps:Tracking:DataDirectory"] = _folder.Path;
        builder.AddMLOpsTracking();
        _store = builder.Build();
        await _store.StartAsync();

        var cluster = new InProcessTestClusterBuilder(2);
        cluster.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(_store.Services.GetRequiredService<IReminderStore>());
            silo.Services.Configure<ReminderOptions>(options => options.MinimumReminderPeriod = Period);
            silo.AddMLOpsReminders();
        });
        _cluster = cluster.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        await _store!.StopAsync();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Reminders_OfAKilledSilo_TickOnTheOther()
    {
        // So many that each silo surely has some of them.
        var keys = Enumerable.Range(0, 24).Select(_ => Guid.NewGuid().ToString("n")).ToArray();
        await Task.WhenAll(keys.Select(key => _cluster!.Client.GetGrain<ITickingGrain>(key).StartAsync(Period)));
        await AllTickAsync(keys, "with two silos");

        await _cluster!.KillSiloAsync(_cluster.Silos[1], TestContext.Current.CancellationToken);

        await AllTickAsync(keys, "after one was killed");
    }

    private static async Task AllTickAsync(string[] keys, string when)
    {
        var before = keys.ToDictionary(key => key, Ticks);
        await SiloFixture.WaitForAsync(
            $"every reminder to tick {when}",
            () => Task.FromResult(keys.Count(key => Ticks(key) <= before[key])),
            silent => silent == 0);
    }

    private static int Ticks(string key) => TickingGrain.Ticks.GetValueOrDefault(key);
}
