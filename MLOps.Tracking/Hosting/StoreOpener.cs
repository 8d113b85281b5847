using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MLOps.Tracking.Hosting;

/// <summary>Opens the stores before anything that needs them starts: constructing it opens them.</summary>
internal sealed partial class StoreOpener(ITrackingStore tracking, IModelRegistryStore registry, IArtifactStore artifacts, IOptions<TrackingOptions> options, ILogger<StoreOpener> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tracking);
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(artifacts);
        if (options.Value is { DefaultArtifactRoot: { } root, OwnArtifactRoot: null } settings)
        {
            LogRootWithoutEffect(logger, root, settings.StoreName);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
