using Microsoft.Extensions.Diagnostics.HealthChecks;
using MLOps.Contracts.Cluster;

namespace MLOps.Clustering;

/// <summary>Ready when a silo answers a grain call: on a silo this one itself, on a gateway the silo that it reaches.</summary>
internal sealed class ClusterHealthCheck(IGrainFactory grains) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var silos = await grains.GetGrain<IClusterProbeGrain>(0).CountActiveSilosAsync().WaitAsync(Patience, cancellationToken);
            return silos > 0 ? HealthCheckResult.Healthy($"{silos} silos") : HealthCheckResult.Unhealthy("no silo of the cluster is active");
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or InvalidOperationException or ObjectDisposedException or ArgumentException)
        {
            // The last three: Orleans in this process has not started, has stopped, or has not yet learnt which grains there are.
            return HealthCheckResult.Unhealthy($"no silo answers: {exception.Message}", exception);
        }
    }
}
