using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Datasets;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Datasets;

/// <summary>A registration that takes longer than callers wait for other grains.</summary>
public sealed class LongRegistrationTests : IAsyncLifetime
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SiloFixture _silo;

    public LongRegistrationTests() => _silo = new SiloFixture
    {
        ResponseTimeout = Usual,
        Configure = services =>
        {
            var real = services.Last(service => service.ServiceType == typeof(IArtifactStore));
            services.AddSingleton<IArtifactStore>(provider => new HeldStore((IArtifactStore)real.ImplementationFactory!(provider), _released.Task));
        },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        _released.TrySetResult();
        return _silo.DisposeAsync();
    }

    [Fact]
    public async Task Register_LongerThanTheUsualPatience_IsWaitedForAndHoldsUpNoReader()
    {
        var registering = RegisterAsync();
        await ((HeldStore)_silo.Artifacts).Asked.WaitAsync(TimeSpan.FromMinutes(1), Ct);

        // A caller with the usual patience has given up when this is over; one that is slow itself only waits the longer.
        Assert.NotSame(registering, await Task.WhenAny(registering, Task.Delay(5 * Usual, Ct)));
        Assert.Empty(await _silo.Grains.GetGrain<IDatasetGrain>("long").GetVersionsAsync());
        _released.TrySetResult();

        Assert.Equal(1, (await registering).Version);
        Assert.Equal(1, Assert.Single(await _silo.Grains.GetGrain<IDatasetGrain>("long").GetVersionsAsync()).Version);
    }

    private async Task<DatasetVersion> RegisterAsync()
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes("date,open,high,low,close,volume\n2020-01-02,1,2,1,2,5\n"));
        return await _silo.RegisterAsync("long", "ohlcv", content);
    }
}
