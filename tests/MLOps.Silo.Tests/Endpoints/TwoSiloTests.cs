using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;
using MLOps.Silo.Endpoints;
using MLOps.Silo.Hosting;
using MLOps.Silo.Monitoring;
using MLOps.Testing;
using MLOps.Testing.Onnx;
using MLOps.Tracking;
using Orleans.TestingHost;

namespace MLOps.Silo.Tests.Endpoints;

/// <summary>Replicas over two silos that share one store.</summary>
public sealed class TwoSiloTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private IHost? _stores;
    private InProcessTestCluster? _cluster;
    private HeldArtifacts? _held;

    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["MLOps:Tracking:DataDirectory"] = _folder.Path;
        builder.AddMLOpsTracking();
        _stores = builder.Build();
        await _stores.StartAsync();

        var cluster = new InProcessTestClusterBuilder(2);
        _held = new HeldArtifacts(_stores.Services.GetRequiredService<IArtifactResolver>(), "/held");
        cluster.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(_stores.Services.GetRequiredService<IStateStore>());
            silo.Services.AddSingleton(_stores.Services.GetRequiredService<IArtifactStore>());
            silo.Services.AddSingleton<IArtifactResolver>(_held);
            silo.Services.AddSingleton(_stores.Services.GetRequiredService<IModelRegistryStore>());
            silo.Services.AddSingleton(_stores.Services.GetRequiredService<IServingStore>());
            silo.Services.AddServing();
            silo.Services.AddSingleton<MonitoringInstruments>();
            silo.Services.AddSingleton(_stores.Services.GetRequiredService<IReminderStore>());
            silo.AddMLOpsGrainStorage().AddMLOpsReminders();
        });
        _cluster = cluster.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _held?.Release();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        await _stores!.StopAsync();
        _stores.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Infer_AfterASiloWasKilled_IsAnsweredByTheOther()
    {
        var ct = TestContext.Current.CancellationToken;
        var artifacts = _stores!.Services.GetRequiredService<IArtifactStore>();
        var registry = _stores.Services.GetRequiredService<IModelRegistryStore>();
        await artifacts.WriteAsync("m/MLmodel", new MemoryStream("flavors:\n  onnx:\n    onnx_version: 1.17\n    data: net.onnx\n"u8.ToArray()), ct);
        await artifacts.WriteAsync("m/net.onnx", new MemoryStream(TinyModels.AddConstant(1, 1)), ct);
        await registry.CreateRegisteredModelAsync("m", null, [], ct);
        await registry.CreateModelVersionAsync("m", new CreateModelVersion("mlflow-artifacts:/m", null, null, null, []), ct);

        var client = _cluster!.Client;
        var endpoint = await client.GetGrain<IEndpointGrain>("e").DeployAsync(new EndpointSpec(new[] { new VariantSpec("v", "models:/m/1", Replicas: 8) }, null));
        var replicas = ReplicaKey.Of("e", endpoint.Variants[0]).Select(key => client.GetGrain<IModelReplicaGrain>(key.ToString())).ToArray();
        foreach (var replica in replicas)
        {
            Assert.Equal(11f, await InferAsync(replica));
        }

        await _cluster.KillSiloAsync(_cluster.Silos[1], ct);
        foreach (var replica in replicas)
        {
            Assert.Equal(11f, await EventuallyAsync(replica));
        }

        Assert.Equal(endpoint.Revision, (await client.GetGrain<IEndpointGrain>("e").GetAsync()).Revision);
    }

    [Fact]
    public async Task Deploy_ManyReplicas_AreSpreadEvenly()
    {
        await RegisterAsync("spread");
        var client = _cluster!.Client;
        await client.GetGrain<IEndpointGrain>("s").DeployAsync(new EndpointSpec(new[] { new VariantSpec("v", "models:/spread/1", Replicas: 6), new VariantSpec("w", "models:/spread/1", Replicas: 2) }, null));

        var grains = await client.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics(null, null, TestContext.Current.CancellationToken);
        var perSilo = grains.Where(grain => grain.GrainId.Type.ToString() == "model-replica").GroupBy(grain => grain.SiloAddress).Select(group => group.Count());
        Assert.Equal([4, 4], perSilo);
    }

    [Fact]
    public async Task Deploy_ItsSiloDiesInTheMiddle_LeavesNoReplicaOnTheOther()
    {
        await RegisterAsync("ready");
        await RegisterAsync("held");
        var client = _cluster!.Client;
        var endpoint = client.GetGrain<IEndpointGrain>("c");
        _ = endpoint.DeployAsync(new EndpointSpec(new[] { new VariantSpec("v", "models:/ready/1", Replicas: 2), new VariantSpec("w", "models:/held/1") }, null));
        await UntilAsync("both replicas of the first variant to be loaded", () => Task.FromResult(_cluster.Silos.All(silo => Keys(silo).Length == 1)));
        var grains = await client.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics(null, null, TestContext.Current.CancellationToken);
        var owner = grains.Single(grain => grain.GrainId.Type.ToString() == "endpoint").SiloAddress;
        var other = _cluster.Silos.Single(silo => !silo.SiloAddress.Equals(owner));
        await _cluster.KillSiloAsync(_cluster.Silos.Single(silo => silo.SiloAddress.Equals(owner)), TestContext.Current.CancellationToken);
        _held!.Release();
        Assert.NotEmpty(Keys(other));

        // As housekeeping does, once the cluster has noticed the death.
        await UntilAsync("the replica that the deployment left to be unloaded", async () =>
        {
            await endpoint.TidyAsync();
            return Keys(other).Length == 0;
        });
        Assert.Empty(await client.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync());
    }

    private string[] Keys(InProcessSiloHandle silo) => [.. _cluster!.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<InferenceEngine>().Keys];

    private async Task RegisterAsync(string model)
    {
        var ct = TestContext.Current.CancellationToken;
        var registry = _stores!.Services.GetRequiredService<IModelRegistryStore>();
        await _stores.Services.GetRequiredService<IArtifactStore>().WriteAsync($"{model}/model.onnx", new MemoryStream(TinyModels.AddConstant(1, 1)), ct);
        await registry.CreateRegisteredModelAsync(model, null, [], ct);
        await registry.CreateModelVersionAsync(model, new CreateModelVersion($"mlflow-artifacts:/{model}", null, null, null, []), ct);
    }

    private static async Task<float> InferAsync(IModelReplicaGrain replica)
    {
        var request = TensorMessageCodec.Encode([new Tensor("x", TensorDatatype.Fp32, [1, 1], BitConverter.GetBytes(10f))]);
        var answer = await replica.InferAsync(new TensorMessage(request));
        return BitConverter.ToSingle(TensorMessageCodec.Decode(answer.Payload).Tensors[0].Data.Span);
    }

    private static async Task<float> EventuallyAsync(IModelReplicaGrain replica)
    {
        var answer = 0f;
        await UntilAsync("the replica to come back on the other silo", async () =>
        {
            answer = await InferAsync(replica);
            return true;
        });
        return answer;
    }

    /// <summary>Until the cluster has noticed the death, calls to the dead silo fail; they must not fail for long.</summary>
    private static async Task UntilAsync(string what, Func<Task<bool>> met)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Exception? last = null;
        while (true)
        {
            try
            {
                if (await met())
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                last = exception;
            }

            Assert.False(deadline.IsCancellationRequested, $"Waited 60 s for {what}: {last?.Message}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
