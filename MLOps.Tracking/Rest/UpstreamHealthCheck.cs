using Microsoft.Extensions.Diagnostics.HealthChecks;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Rest;

/// <summary>Ready when every upstream answers a search: that takes its database and our credentials, not only its process. Healthy where there is no upstream.</summary>
internal sealed class UpstreamHealthCheck(Upstreams upstreams) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            if (upstreams.Tracking is { } tracking)
            {
                await tracking.ProbeAsync(UpstreamCall.Post("experiments/search", isIdempotent: true, json => json.WriteNumber("max_results", 1)), cancellationToken);
            }

            if (upstreams.Registry is { } registry)
            {
                await registry.ProbeAsync(UpstreamCall.Get("registered-models/search", ("max_results", "1")), cancellationToken);
            }

            return HealthCheckResult.Healthy();
        }
        catch (MLOpsException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message, exception);
        }
    }
}
