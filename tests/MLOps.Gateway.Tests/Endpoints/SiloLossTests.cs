using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Gateway.Endpoints;
using MLOps.Inference.Tensors;
using MLOps.Silo.Endpoints;
using MLOps.Silo.Hosting;
using MLOps.Silo.Monitoring;
using MLOps.Testing;
using MLOps.Testing.Onnx;
using MLOps.Tracking;
using Orleans.TestingHost;

namespace MLOps.Gateway.Tests.Endpoints;

/// <summary>A gateway before two silos, one of which goes while callers call: they may wait, they must not fail.</summary>
public sealed class SiloLossTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private IHost? _stores;
    private InProcessTestCluster? _cluster;
    private IHost? _gateway;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var stores = Host.CreateApplicationBuilder();
        stores.Configuration["MLOps:Tracking:DataDirectory"] = _folder.Path;
        stores.AddMLOpsTracking();
        _stores = stores.Build();
        await _stores.StartAsync(Ct);

        var cluster = new InProcessTestClusterBuilder(2);
        cluster.ConfigureSiloHost((_, host) =>
        {
            AddStores(host.Services);
            host.AddServing();
            host.AddMonitoring();
        });
        cluster.ConfigureSilo((_, silo) => silo.AddMLOpsGrainStorage().AddMLOpsReminders());
        _cluster = cluster.Build();
        await _cluster.DeployAsync();

        var gateway = Host.CreateApplicationBuilder();
        gateway.Services.AddSingleton<IGrainFactory>(_cluster.Client);
        AddStores(gateway.Services);
        gateway.AddEndpointsApi();
        _gateway = gateway.Build();
        await _gateway.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway!.StopAsync();
        _gateway.Dispose();
        await _cluster!.DisposeAsync();
        await _stores!.StopAsync();
        _stores.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silo_KilledOrStoppedUnderLoad_NoCallFails(bool kill)
    {
        var artifacts = _stores!.Services.GetRequiredService<IArtifactStore>();
        var registry = _stores.Services.GetRequiredService<IModelRegistryStore>();
        await artifacts.WriteAsync("m/model.onnx", new MemoryStream(TinyModels.AddConstant(1, 1)), Ct);
        await registry.CreateRegisteredModelAsync("m", null, [], Ct);
        await registry.CreateModelVersionAsync("m", new CreateModelVersion("mlflow-artifacts:/m", null, null, null, []), Ct);
        await _cluster!.Client.GetGrain<IEndpointGrain>("e").DeployAsync(new EndpointSpec(new[] { new VariantSpec("v", "models:/m/1", Replicas: 4) }, null));

        var invoker = _gateway!.Services.GetRequiredService<EndpointInvoker>();
        var failures = new ConcurrentQueue<Exception>();
        var answers = 0L;
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    try
                    {
                        Assert.Equal(11f, await InferAsync(invoker));
                        Interlocked.Increment(ref answers);
                    }
#pragma warning disable CA1031 // Every failure is what the test is about.
                    catch (Exception exception)
#pragma warning restore CA1031
                    {
                        failures.Enqueue(exception);
                        return;
                    }
                }
            },
            Ct)).ToArray();

        await AnsweredAsync(() => Interlocked.Read(ref answers), 100, failures, "answers before the loss");
        if (kill)
        {
            await _cluster.KillSiloAsync(_cluster.Silos[1], Ct);
        }
        else
        {
            await _cluster.StopSiloAsync(_cluster.Silos[1], Ct);
        }

        await AnsweredAsync(() => Interlocked.Read(ref answers), Interlocked.Read(ref answers) + 500, failures, "answers after the loss");
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.Empty(failures);
    }

    private void AddStores(IServiceCollection services)
    {
        services.AddSingleton(_stores!.Services.GetRequiredService<IStateStore>());
        services.AddSingleton(_stores.Services.GetRequiredService<IArtifactStore>());
        services.AddSingleton(_stores.Services.GetRequiredService<IArtifactResolver>());
        services.AddSingleton(_stores.Services.GetRequiredService<IModelRegistryStore>());
        services.AddSingleton(_stores.Services.GetRequiredService<IServingStore>());
        services.AddSingleton(_stores.Services.GetRequiredService<IReminderStore>());
    }

    private static async Task<float> InferAsync(EndpointInvoker invoker)
    {
        var input = new Tensor("x", TensorDatatype.Fp32, [1, 1], BitConverter.GetBytes(10f));
        using var prediction = await invoker.InferAsync("e", new PredictionRequest([input], [], null, null, 0), Ct);
        return BitConverter.ToSingle(prediction.Result.Outputs[0].Data.Span);
    }

    private static async Task AnsweredAsync(Func<long> answers, long least, ConcurrentQueue<Exception> failures, string what)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (answers() < least && failures.IsEmpty)
        {
            Assert.False(deadline.IsCancellationRequested, $"Waited 90 s for {least} {what}; there are {answers()}.");
            await Task.Delay(20, Ct);
        }
    }
}
