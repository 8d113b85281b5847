using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Clustering;
using MLOps.Testing;
using MLOps.Tracking;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace MLOps.Cluster.Tests;

/// <summary>Orleans' promises of a membership table, kept by our tables and queries on a real PostgreSQL, through Orleans' own provider.</summary>
public sealed class MembershipTests : IAsyncLifetime
{
    private readonly PostgresServer _postgres = new();
    private readonly TemporaryFolder _folder = new();
    private readonly List<IHost> _hosts = [];
    private string _database = string.Empty;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        if (PostgresServer.Missing is null)
        {
            _database = _postgres.CreateDatabase();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _hosts.ForEach(host => host.Dispose());
        _postgres.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Table_OfTwoSilosThatChangeOneVersion_TakesTheFirstAlone()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        var table = await TableAsync();
        var before = await table.ReadAllAsync(Ct);
        Assert.Empty(before.Members);
        var next = before.Version.Next();
        Assert.True(await table.InsertRowAsync(Silo(11), next, Ct));
        Assert.False(await table.InsertRowAsync(Silo(12), next, Ct));

        var after = await table.ReadAllAsync(Ct);
        Assert.Equal(before.Version.Version + 1, after.Version.Version);
        var (entry, etag) = Assert.Single(after.Members);
        Assert.Equal((11, "silo-11", SiloStatus.Joining, 30011), (entry.SiloAddress.Endpoint.Port, entry.SiloName, entry.Status, entry.ProxyPort));

        entry.Status = SiloStatus.Active;
        entry.AddOrUpdateSuspector(Address(12), entry.StartTime, 10);
        Assert.True(await table.UpdateRowAsync(entry, etag, after.Version.Next(), Ct));
        entry.Status = SiloStatus.Dead;
        Assert.False(await table.UpdateRowAsync(entry, etag, after.Version.Next(), Ct));

        var (row, _) = Assert.Single((await table.ReadRowAsync(Address(11), Ct)).Members);
        Assert.Equal(SiloStatus.Active, row.Status);
        Assert.Equal(Address(12), Assert.Single(row.SuspectTimes!).Item1);
    }

    [Fact]
    public async Task Table_ManySilosAtOnce_EndsWithAllOfThemAndAVersionEach()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        const int Silos = 12;
        var table = await TableAsync();
        await Task.WhenAll(Enumerable.Range(1, Silos).Select(async number =>
        {
            while (!await table.InsertRowAsync(Silo(number), (await table.ReadAllAsync(Ct)).Version.Next(), Ct))
            {
            }
        }));
        var all = await table.ReadAllAsync(Ct);
        Assert.Equal((Silos, Silos), (all.Members.Count, all.Version.Version));
    }

    [Fact]
    public async Task Table_SignsOfLifeAndRemovalOfTheDead_ChangeNoVersion()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        var table = await TableAsync();
        Assert.True(await table.InsertRowAsync(Silo(1, SiloStatus.Dead), (await table.ReadAllAsync(Ct)).Version.Next(), Ct));
        Assert.True(await table.InsertRowAsync(Silo(2, SiloStatus.Active), (await table.ReadAllAsync(Ct)).Version.Next(), Ct));
        var version = (await table.ReadAllAsync(Ct)).Version;

        var alive = Silo(2);
        alive.IAmAliveTime = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        await table.UpdateIAmAliveAsync(alive, Ct);
        Assert.Equal(alive.IAmAliveTime, (await table.ReadRowAsync(Address(2), Ct)).Members[0].Item1.IAmAliveTime.ToUniversalTime());

        await table.CleanupDefunctSiloEntriesAsync(DateTimeOffset.MaxValue.AddDays(-1), Ct);
        var (left, _) = Assert.Single((await table.ReadAllAsync(Ct)).Members);
        Assert.Equal((Address(2), version.Version), (left.SiloAddress, (await table.ReadAllAsync(Ct)).Version.Version));

        await table.DeleteMembershipTableEntriesAsync("test", Ct);
        await table.InitializeMembershipTableAsync(true, Ct);
        Assert.Equal((0, 0), ((await table.ReadAllAsync(Ct)).Members.Count, (await table.ReadAllAsync(Ct)).Version.Version));
    }

    [Fact]
    public async Task Schema_MadeByManyAtOnce_IsMadeOnceAndBesideMlflows()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(TableAsync)));
        var tracking = Build();
        Assert.Equal("PostgresStore", tracking.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<TrackingOptions>>().Value.StoreKind);
        Assert.NotNull(tracking.Services.GetRequiredService<ITrackingStore>());
    }

    [Fact]
    public async Task Start_OfAClusterWithoutPostgres_SaysWhatToDo()
    {
        var host = Build(("MLFLOW_BACKEND_STORE_URI", string.Empty));
        var refusal = await Assert.ThrowsAsync<StoreOpenException>(() => host.StartAsync(Ct));
        Assert.Contains("MLFLOW_BACKEND_STORE_URI", refusal.Message, StringComparison.Ordinal);
    }

    private static SiloAddress Address(int number) => SiloAddress.New(IPAddress.Loopback, number, 1);

    private static MembershipEntry Silo(int number, SiloStatus status = SiloStatus.Joining) => new()
    {
        SiloAddress = Address(number),
        SiloName = $"silo-{number}",
        HostName = "host",
        Status = status,
        ProxyPort = 30_000 + number,
        StartTime = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        IAmAliveTime = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
    };

    private IHost Build(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["MLOps:Tracking:DataDirectory"] = _folder.Path;
        builder.Configuration["MLFLOW_BACKEND_STORE_URI"] = _database;

        // Elsewhere, so that several share the data directory.
        builder.Configuration["MLFLOW_ARTIFACTS_DESTINATION"] = "s3://not-asked/artifacts";
        builder.Configuration["Orleans:Clustering:ProviderType"] = "AdoNet";
        builder.Configuration["Orleans:ClusterId"] = "test";
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.AddMLOpsTracking();
        builder.AddMLOpsClustering();
        builder.UseOrleans(silo => silo.UseMLOpsClustering());
        var host = builder.Build();
        lock (_hosts)
        {
            _hosts.Add(host);
        }

        return host;
    }

    /// <summary>The table as a starting silo has it, after what comes before Orleans has started.</summary>
    private async Task<IMembershipTable> TableAsync()
    {
        var host = Build();
        await host.Services.GetServices<IHostedService>().Single(service => service.GetType().Name == "ClusterSchemaStart").StartAsync(Ct);
        var table = host.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true, Ct);
        return table;
    }
}
