using Microsoft.Extensions.Hosting;

namespace MLOps.Tracking.Hosting;

/// <summary>Opens the stores before anything that needs them starts: constructing it opens them.</summary>
internal sealed class StoreOpener(ITrackingStore tracking, IModelRegistryStore registry, IArtifactStore artifacts) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tracking);
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(artifacts);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
