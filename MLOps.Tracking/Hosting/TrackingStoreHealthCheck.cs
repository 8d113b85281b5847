using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MLOps.Tracking.Hosting;

/// <summary>Ready when the database takes a write: a full disk fails here, not at a user's call.</summary>
internal sealed class TrackingStoreHealthCheck(IStateStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await store.ProbeAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Contracts.Problems.MLOpsException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message, exception);
        }
    }
}
