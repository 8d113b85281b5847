using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Statistics;
using MLOps.Testing.Onnx;

namespace MLOps.Silo.Tests.Endpoints;

/// <summary>A canary that nobody calls about: the endpoint's own pulse ends it, and with it itself.</summary>
public sealed class CanaryPulseTests : IAsyncLifetime
{
    private readonly LogRecorder _warnings = new(LogLevel.Warning);
    private readonly SiloFixture _silo;

    public CanaryPulseTests() => _silo = new SiloFixture { Configure = services => services.AddSingleton<ILoggerProvider>(_warnings) };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Canary_EndedByThePulse_EndsItWithoutAnError()
    {
        await _silo.RegisterModelAsync("m", TinyModels.AddConstant(1, 1));
        var endpoint = _silo.Grains.GetGrain<IEndpointGrain>("e");
        var deployed = await endpoint.DeployAsync(new EndpointSpec(
            new[] { new VariantSpec("old", "models:/m/1"), new VariantSpec("new", "models:/m/1", 0) },
            null,
            Canary: new CanarySpec("new", new[] { new CanaryStep(0.5, 1500) }, new CanaryRules(MinSamples: 1))));
        var revision = deployed.Variants.Single(variant => variant.Spec.Name == "new").LoadRevision;
        await endpoint.ReportAsync(new EndpointReport("gateway", 1, [new VariantCounts("new", revision, 10, 0, 0, new SparseHistogram([LogBuckets.Of(1)], [10]))], []));

        await SiloFixture.WaitForAsync("the canary to be promoted", endpoint.GetAsync, snapshot => snapshot.Canary?.Status == CanaryStatus.Promoted);
        await endpoint.InspectAsync();

        // What went wrong with it is told after it.
        await Task.Delay(500, Ct);
        Assert.DoesNotContain(_warnings.Messages, line => line.Contains("timer callback", StringComparison.Ordinal) || line.Contains("Grain method call", StringComparison.Ordinal));
    }
}
