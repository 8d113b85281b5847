using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Gateway.Endpoints;
using MLOps.Silo.Endpoints;
using MLOps.Silo.Hosting;
using MLOps.Silo.Monitoring;
using MLOps.Testing;
using MLOps.Tracking;
using Orleans.TestingHost;

namespace MLOps.Gateway.Tests.Endpoints;

/// <summary>A gateway without an engine of its own before silos, over the same stores.</summary>
internal sealed class RemoteSilos : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly IHost _stores;
    private readonly IHost _gateway;

    private RemoteSilos(TemporaryFolder folder, IHost stores, InProcessTestCluster cluster, IHost gateway) =>
        (_folder, _stores, Cluster, _gateway) = (folder, stores, cluster, gateway);

    public InProcessTestCluster Cluster { get; }

    public IServiceProvider Stores => _stores.Services;

    public IServiceProvider Gateway => _gateway.Services;

    /// <param name="silo">What else a silo's host has.</param>
    /// <param name="client">What else the gateway's client has.</param>
    public static async Task<RemoteSilos> StartAsync(short silos, Action<IServiceCollection>? silo = null, Action<IClientBuilder>? client = null)
    {
        var folder = new TemporaryFolder();
        var storesHost = Host.CreateApplicationBuilder();
        storesHost.Configuration["MLOps:Tracking:DataDirectory"] = folder.Path;
        storesHost.AddMLOpsTracking();
        var stores = storesHost.Build();
        await stores.StartAsync(TestContext.Current.CancellationToken);

        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSiloHost((_, host) =>
        {
            AddStores(host.Services, stores.Services);
            host.AddServing();
            silo?.Invoke(host.Services);
            host.AddMonitoring();
        });
        builder.ConfigureSilo((_, orleans) => orleans.AddMLOpsGrainStorage().AddMLOpsReminders());
        builder.ConfigureClient(orleans => client?.Invoke(orleans));
        var cluster = builder.Build();
        await cluster.DeployAsync();

        var gatewayHost = Host.CreateApplicationBuilder();
        gatewayHost.Services.AddSingleton<IGrainFactory>(cluster.Client);
        AddStores(gatewayHost.Services, stores.Services);
        gatewayHost.AddEndpointsApi();
        var gateway = gatewayHost.Build();
        await gateway.StartAsync(TestContext.Current.CancellationToken);
        return new RemoteSilos(folder, stores, cluster, gateway);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.StopAsync();
        _gateway.Dispose();
        await Cluster.DisposeAsync();
        await _stores.StopAsync();
        _stores.Dispose();
        _folder.Dispose();
    }

    private static void AddStores(IServiceCollection services, IServiceProvider stores)
    {
        services.AddSingleton(stores.GetRequiredService<IStateStore>());
        services.AddSingleton(stores.GetRequiredService<IArtifactStore>());
        services.AddSingleton(stores.GetRequiredService<IArtifactResolver>());
        services.AddSingleton(stores.GetRequiredService<IModelRegistryStore>());
        services.AddSingleton(stores.GetRequiredService<IServingStore>());
        services.AddSingleton(stores.GetRequiredService<IReminderStore>());
    }
}
