using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>Limits of a deployment; what is not given is not limited.</summary>
internal sealed record DeployLimits(int? MaxConcurrency = null, int? MaxQueue = null, double? RatePerSecond = null, double? Burst = null, int? TimeoutMs = null)
{
    public EndpointLimits ToLimits() => new(MaxConcurrency ?? 0, MaxQueue ?? 0, RatePerSecond ?? 0, Burst ?? 0, TimeoutMs ?? 0);

    public static DeployLimits? Of(EndpointLimits? limits) => limits is null
        ? null
        : new(limits.MaxConcurrency, limits.MaxQueue, limits.RatePerSecond, limits.Burst, limits.TimeoutMs);
}
