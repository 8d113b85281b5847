using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Testing.Onnx;
using MLOps.Tracking;
using Orleans.Configuration;

namespace MLOps.Silo.Tests.Endpoints;

/// <summary>A model that takes longer to be fetched than callers wait for other grains.</summary>
public sealed class LongLoadTests : IAsyncLifetime
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(2);

    private readonly SiloFixture _silo;
    private HeldArtifacts? _held;

    public LongLoadTests() => _silo = new SiloFixture
    {
        ResponseTimeout = Usual,
        Configure = services =>
        {
            services.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = Usual);
            var real = services.Last(service => service.ServiceType == typeof(IArtifactResolver));
            services.AddSingleton<IArtifactResolver>(provider => _held = new HeldArtifacts((IArtifactResolver)real.ImplementationFactory!(provider), "/held"));
        },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        _held?.Release();
        return _silo.DisposeAsync();
    }

    [Fact]
    public async Task Deploy_LongerThanTheUsualPatience_IsWaitedFor()
    {
        var registry = _silo.Services.GetRequiredService<IModelRegistryStore>();
        await _silo.Artifacts.WriteAsync("held/model.onnx", new MemoryStream(TinyModels.AddConstant(1, 1)), Ct);
        await registry.CreateRegisteredModelAsync("held", null, [], Ct);
        await registry.CreateModelVersionAsync("held", new CreateModelVersion("mlflow-artifacts:/held", null, null, null, []), Ct);

        // A caller with the usual patience, the endpoint's grain among them, has given up when this is over; one that is slow itself only waits the longer.
        var deploying = _silo.Grains.GetGrain<IEndpointGrain>("e").DeployAsync(new EndpointSpec(new[] { new VariantSpec("v", "models:/held/1") }, null));
        Assert.NotSame(deploying, await Task.WhenAny(deploying, Task.Delay(3 * Usual, Ct)));
        _held!.Release();

        Assert.Equal(EndpointStatus.Ready, (await deploying).Status);
    }
}
