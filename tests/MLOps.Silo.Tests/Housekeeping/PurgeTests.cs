using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Housekeeping;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Testing;
using MLOps.Tracking;
using MLOps.Tracking.Serving;

namespace MLOps.Silo.Tests.Housekeeping;

/// <summary>Removal with artifacts, over a real store and a real folder.</summary>
public class PurgeTests : IAsyncLifetime
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);
    private readonly ShiftedTime _clock = new();
    private readonly SiloFixture _silo;

    public PurgeTests() => _silo = new SiloFixture
    {
        Configure = services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            services.AddKeyedSingleton<TimeProvider>(KeyedService.AnyKey, (_, _) => TimeProvider.System);
        },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IHousekeepingGrain Housekeeping => _silo.Grains.GetGrain<IHousekeepingGrain>(IHousekeepingGrain.Key);

    public async ValueTask InitializeAsync()
    {
        _silo.StoreUri = DatabaseUri();
        foreach (var (key, value) in Settings())
        {
            _silo.Settings[key] = value;
        }

        await _silo.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task DryRun_SaysWhatWouldGoWithItsBytesAndRemovesNothing()
    {
        var (run, _) = await DeletedRunAsync();
        var (young, _) = await DeletedRunAsync(Month - TimeSpan.FromDays(1));
        var page = await Housekeeping.PurgeAsync(new PurgeRequest(true, Month, 100, null));

        Assert.Equal([(PurgeKind.Run, run, 11L)], page.Purged.Select(item => (item.Kind, item.Id, item.Bytes ?? -1)));
        Assert.Equal((true, null, 0L), (page.DryRun, page.NextPageToken, page.Pending));
        Assert.Empty(page.Kept);
        Assert.Equal(2, (await FilesAsync(run)).Count);
        await _silo.Grains.GetGrain<IRunGrain>(young).RestoreAsync();
        await _silo.Grains.GetGrain<IRunGrain>(run).RestoreAsync();
        Assert.Equal(LifecycleStage.Active, (await _silo.Tracking.GetRunAsync(run, Ct)).Info.LifecycleStage);
    }

    [Fact]
    public async Task Purge_RemovesRunsWithTheirArtifactsAndNothingBesideThem()
    {
        var (restored, _) = await DeletedRunAsync();
        var (gone, location) = await DeletedRunAsync();
        var (young, _) = await DeletedRunAsync(TimeSpan.Zero);
        var active = await RunAsync();
        await _silo.Grains.GetGrain<IRunGrain>(restored).RestoreAsync();

        var page = await Housekeeping.PurgeAsync(new PurgeRequest(false, Month, 100, null));

        Assert.Equal([gone], page.Purged.Select(item => item.Id));
        Assert.Equal(0, page.Pending);
        await Assert.ThrowsAsync<MLOpsException>(() => _silo.Tracking.GetRunAsync(gone, Ct));
        var store = Resolve(location);
        Assert.Empty(await store.Store.ListAsync(store.Path, Ct));
        Assert.DoesNotContain(await store.Store.ListAsync(store.Path[..^$"/{gone}/artifacts".Length], Ct), entry => entry.Path.Contains(gone, StringComparison.Ordinal));
        foreach (var kept in (string[])[young, active, restored])
        {
            Assert.Equal(2, (await FilesAsync(kept)).Count);
        }
    }

    [Fact]
    public async Task Purge_OfARunWhoseModelIsRegistered_KeepsItWholeAndSaysSo()
    {
        var (run, location) = await DeletedRunAsync();
        var registry = _silo.Services.GetRequiredService<IModelRegistryStore>();
        await registry.CreateRegisteredModelAsync("regime", null, [], Ct);
        await registry.CreateModelVersionAsync("regime", new CreateModelVersion(location + "/model", null, null, null, []), Ct);

        foreach (var dryRun in (bool[])[true, false])
        {
            var page = await Housekeeping.PurgeAsync(new PurgeRequest(dryRun, Month, 100, null));
            Assert.Empty(page.Purged);
            var kept = Assert.Single(page.Kept);
            Assert.Equal((PurgeKind.Run, run), (kept.Kind, kept.Id));
            Assert.Contains("version 1 of the model 'regime'", kept.Reason, StringComparison.Ordinal);
            Assert.Equal(2, (await FilesAsync(run)).Count);
        }
    }

    [Fact]
    public async Task Purge_OfAnExperiment_GoesWhenAllOfItsRunsDo()
    {
        var (old, needed) = (await ExperimentAsync("old"), await ExperimentAsync("needed"));
        var (inOld, inNeeded) = (await RunAsync(old), await RunAsync(needed));
        foreach (var experiment in (string[])[old, needed])
        {
            await _silo.Tracking.DeleteExperimentAsync(experiment, Ct);
        }

        await _silo.Tracking.RestoreRunAsync(inNeeded, Ct);
        _clock.Advance(Month + TimeSpan.FromDays(1));
        foreach (var dryRun in (bool[])[true, false])
        {
            var page = await Housekeeping.PurgeAsync(new PurgeRequest(dryRun, Month, 100, null));
            Assert.Equal([(PurgeKind.Run, inOld), (PurgeKind.Experiment, old)], page.Purged.Select(item => (item.Kind, item.Id)));
            var kept = Assert.Single(page.Kept);
            Assert.Equal((PurgeKind.Experiment, needed), (kept.Kind, kept.Id));
            Assert.Contains(inNeeded, kept.Reason, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<MLOpsException>(() => _silo.Tracking.GetExperimentAsync(old, Ct));
        Assert.Equal(2, (await FilesAsync(inNeeded)).Count);
    }

    [Fact]
    public async Task Purge_InParts_ReachesEverythingOnce()
    {
        var deleted = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            deleted.Add((await DeletedRunAsync(TimeSpan.Zero)).Id);
        }

        _clock.Advance(Month + TimeSpan.FromDays(1));
        foreach (var dryRun in (bool[])[true, false])
        {
            var purged = new List<string>();
            string? token = null;
            do
            {
                var page = await Housekeeping.PurgeAsync(new PurgeRequest(dryRun, Month, 2, token));
                Assert.True(page.Purged.Count <= 2);
                purged.AddRange(page.Purged.Select(item => item.Id));
                token = page.NextPageToken;
            }
            while (token is not null);
            Assert.Equal(deleted.Order(), purged.Order());
        }
    }

    [Fact]
    public async Task Artifacts_OfAPurgeThatBrokeOffAfterTheRows_GoWithTheNextLook()
    {
        var (run, location) = await DeletedRunAsync();
        Assert.Null(await _silo.Services.GetRequiredService<IPurgeStore>().PurgeRunAsync(run, long.MaxValue, Ct));
        await _silo.StopAsync(kill: true);
        await _silo.InitializeAsync();
        Assert.Equal(2, (await FilesAtAsync(location)).Count);

        await TickAsync();

        await SiloFixture.WaitForAsync("the artifacts to go", () => FilesAtAsync(location), files => files.Count == 0);
        await SiloFixture.WaitForAsync("the note to go", () => _silo.Services.GetRequiredService<IPurgeStore>().CountOrphansAsync(Ct), count => count == 0);
    }

    [Fact]
    public async Task Artifacts_OfARunThatIsGone_StayWhenAVersionIsMadeFromThemInBetween()
    {
        var (run, location) = await DeletedRunAsync();
        Assert.Null(await _silo.Services.GetRequiredService<IPurgeStore>().PurgeRunAsync(run, long.MaxValue, Ct));
        var registry = _silo.Services.GetRequiredService<IModelRegistryStore>();
        await registry.CreateRegisteredModelAsync("late", null, [], Ct);
        await registry.CreateModelVersionAsync("late", new CreateModelVersion(location + "/model", null, null, null, []), Ct);

        Assert.Equal(0, (await Housekeeping.PurgeAsync(new PurgeRequest(false, Month, 100, null))).Pending);
        Assert.Equal(2, (await FilesAtAsync(location)).Count);
    }

    [Fact]
    public async Task Purge_OfARunWhoseArtifactsAreNotServedHere_KeepsItAndSaysSo()
    {
        var experiment = await _silo.Tracking.CreateExperimentAsync(new CreateExperiment("elsewhere", "gs://bucket/x", []), Ct);
        var run = (await _silo.Tracking.CreateRunAsync(Guid.NewGuid().ToString("n"), new CreateRun(experiment, null, null, 1, []), Ct)).Info.RunId;
        await _silo.Tracking.DeleteRunAsync(run, Ct);
        _clock.Advance(2 * Month);
        var page = await Housekeeping.PurgeAsync(new PurgeRequest(false, Month, 100, null));
        Assert.Contains("is not served by this server", Assert.Single(page.Kept, item => item.Id == run).Reason, StringComparison.Ordinal);
        Assert.NotNull(await _silo.Tracking.GetRunAsync(run, Ct));
    }

    [Fact]
    public async Task Tick_WithoutARetention_RemovesNothing_AndWithoutAnAgeAPurgeIsRefused()
    {
        var (run, _) = await DeletedRunAsync();
        await TickAsync();
        await TickAsync();
        Assert.Equal(2, (await FilesAsync(run)).Count);
        Assert.Equal(ProblemCode.InvalidArgument, (await Assert.ThrowsAsync<MLOpsException>(() => Housekeeping.PurgeAsync(new PurgeRequest(false, null, 100, null)))).Code);
        Assert.Equal(ProblemCode.InvalidArgument, (await Assert.ThrowsAsync<MLOpsException>(() => Housekeeping.PurgeAsync(new PurgeRequest(true, Month, 100, "x")))).Code);
    }

    [Fact]
    public async Task Tick_WithARetention_RemovesWhatIsOlder()
    {
        await _silo.StopAsync();
        _silo.Settings["MLOps:Housekeeping:Retention"] = "30.00:00:00";
        await _silo.InitializeAsync();
        var (old, _) = await DeletedRunAsync();
        var (young, _) = await DeletedRunAsync(TimeSpan.FromDays(2));
        await TickAsync();
        await SiloFixture.WaitForAsync("the old run to go", () => ExistsAsync(old), exists => !exists);
        Assert.True(await ExistsAsync(young));
    }

    [Fact]
    public async Task Tick_FindsAnAnnouncedRunThatNobodyWatches()
    {
        // Past the grain, as another MLflow server on the same store.
        var run = (await _silo.Tracking.CreateRunAsync(Guid.NewGuid().ToString("n"), new CreateRun("0", null, null, 1, [new KeyValue(HeartbeatTags.Interval, "30")]), Ct)).Info.RunId;
        await TickAsync();
        var reminders = _silo.Services.GetRequiredService<IReminderStore>();
        await SiloFixture.WaitForAsync("the run to be watched", () => reminders.ReadAsync($"run/{run}", "heartbeat", Ct), reminder => reminder is not null);
    }

    [Fact]
    public async Task Tick_LetsEndpointsTidy()
    {
        var store = _silo.Services.GetRequiredService<IServingStore>();
        await store.RecordRequestsAsync([new RecordedRequest("gone", "1", null, "v", 1, 0, 0, [1], [1], false)], Ct);
        await TickAsync();
        await SiloFixture.WaitForAsync("the requests of an endpoint that is gone to go too", () => store.ListEndpointsAsync(Ct), names => names.Count == 0);
    }

    /// <returns>Address of an empty database; null: a SQLite file.</returns>
    protected virtual string? DatabaseUri() => null;

    /// <summary>Where the artifacts are, when not in the data directory.</summary>
    protected virtual IEnumerable<(string Key, string? Value)> Settings() => [];

    private Task TickAsync() => Housekeeping.AsReference<IRemindable>().ReceiveReminder("look", new TickStatus(DateTime.UnixEpoch, Month, DateTime.UnixEpoch));

    private Task<string> ExperimentAsync(string name) => _silo.Tracking.CreateExperimentAsync(new CreateExperiment(name, null, []), Ct);

    /// <summary>A run with two files, 11 bytes together.</summary>
    private async Task<string> RunAsync(string experiment = "0")
    {
        var info = (await _silo.Grains.GetGrain<IRunGrain>(Guid.NewGuid().ToString("n")).CreateAsync(new CreateRun(experiment, null, null, 1, []))).Info;
        var location = Resolve(info.ArtifactUri);
        await location.Store.WriteAsync(location.Combine("model/a.onnx"), new MemoryStream("weights"u8.ToArray()), Ct);
        await location.Store.WriteAsync(location.Combine("note.txt"), new MemoryStream("good"u8.ToArray()), Ct);
        return info.RunId;
    }

    private async Task<(string Id, string Location)> DeletedRunAsync(TimeSpan? ago = null)
    {
        var run = await RunAsync();
        await _silo.Grains.GetGrain<IRunGrain>(run).DeleteAsync();
        _clock.Advance(ago ?? (Month + TimeSpan.FromDays(1)));
        return (run, (await _silo.Tracking.GetRunAsync(run, Ct)).Info.ArtifactUri);
    }

    private ArtifactLocation Resolve(string uri) => _silo.Services.GetRequiredService<IArtifactResolver>().Resolve(uri);

    private async Task<IReadOnlyList<ArtifactEntry>> FilesAsync(string run) => await FilesAtAsync((await _silo.Tracking.GetRunAsync(run, Ct)).Info.ArtifactUri);

    private Task<IReadOnlyList<ArtifactEntry>> FilesAtAsync(string uri)
    {
        var location = Resolve(uri);
        return location.Store.ListAsync(location.Path, Ct);
    }

    private async Task<bool> ExistsAsync(string run)
    {
        try
        {
            await _silo.Tracking.GetRunAsync(run, Ct);
            return true;
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            return false;
        }
    }
}
