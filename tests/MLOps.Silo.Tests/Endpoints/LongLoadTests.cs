using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Inference.Codecs;
using MLOps.Inference.Tensors;
using MLOps.Testing.Onnx;
using MLOps.Tracking;
using Orleans.Configuration;

namespace MLOps.Silo.Tests.Endpoints;

/// <summary>A model that takes longer to be fetched than callers wait for other grains.</summary>
public sealed class LongLoadTests : IAsyncLifetime
{
    // Every other call of the test has to be answered in it, on a machine that does much else.
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    private readonly SiloFixture _silo = new()
    {
        ResponseTimeout = Usual,
        Configure = services =>
        {
            services.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = Usual);
            var real = services.Last(service => service.ServiceType == typeof(IArtifactResolver));
            services.AddSingleton<IArtifactResolver>(provider => new HeldArtifacts((IArtifactResolver)real.ImplementationFactory!(provider), "/held"));
        },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Deploy_LongerThanTheUsualPatience_IsWaitedFor()
    {
        var registry = _silo.Services.GetRequiredService<IModelRegistryStore>();
        await _silo.Artifacts.WriteAsync("held/model.onnx", new MemoryStream(TinyModels.AddConstant(1, 1)), Ct);
        await registry.CreateRegisteredModelAsync("held", null, [], Ct);
        await registry.CreateModelVersionAsync("held", new CreateModelVersion("mlflow-artifacts:/held", null, null, null, []), Ct);

        var held = Assert.IsType<HeldArtifacts>(_silo.Services.GetRequiredService<IArtifactResolver>());
        try
        {
            var deploying = _silo.Grains.GetGrain<IEndpointGrain>("e").DeployAsync(new EndpointSpec(new[] { new VariantSpec("v", "models:/held/1") }, null));
            await SiloFixture.WaitForAsync("the deployment to ask for the model's file", () => Task.FromResult((held.Reached.IsCompleted, deploying.Status)), now => now.IsCompleted || deploying.IsCompleted);
            Assert.False(deploying.IsCompleted, $"{deploying.Status} before its model was to be had. {deploying.Exception}");

            // Requests wait for the same load, with the usual patience and from where the deployment is waited for: this client and the silo. Whoever began to wait before them has given up by then, unless it has more.
            await Task.WhenAll(AsksInVainAsync(_silo.Grains), AsksInVainAsync(_silo.Services.GetRequiredService<IGrainFactory>()));
            held.Release();

            Assert.Equal(EndpointStatus.Ready, (await deploying).Status);
        }
        finally
        {
            held.Release();
        }
    }

    private static async Task AsksInVainAsync(IGrainFactory grains)
    {
        var request = new TensorMessage(TensorMessageCodec.Encode([Tensor.Of<float>("x", [1], 1, 1)]));
        await Assert.ThrowsAsync<TimeoutException>(() => grains.GetGrain<IModelReplicaGrain>(new ReplicaKey("e", "v", 1, 0).ToString()).InferAsync(request));
    }
}
