using Microsoft.Extensions.Hosting;

namespace MLOps.Clustering;

/// <summary>Makes the cluster's tables before Orleans, whose silo and client read them first thing.</summary>
internal sealed class ClusterSchemaStart(ClusterDatabase database) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => database.PrepareAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
