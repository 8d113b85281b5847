using MLOps.Client.Serving;

namespace MLOps.Dashboard.Endpoints;

/// <summary>What an endpoint takes at a time, in the deployment form. 0: no limit.</summary>
public sealed class LimitsForm
{
    public int MaxConcurrency { get; set; }

    public int MaxQueue { get; set; }

    public double RatePerSecond { get; set; }

    public double Burst { get; set; }

    public int TimeoutMs { get; set; }

    public bool IsEmpty => (MaxConcurrency, MaxQueue, RatePerSecond, Burst, TimeoutMs) is (0, 0, 0, 0, 0);

    public void Take(EndpointLimits? limits)
    {
        MaxConcurrency = limits?.MaxConcurrency ?? 0;
        MaxQueue = limits?.MaxQueue ?? 0;
        RatePerSecond = limits?.RatePerSecond ?? 0;
        Burst = limits?.Burst ?? 0;
        TimeoutMs = limits?.TimeoutMs ?? 0;
    }

    public EndpointLimits? ToLimits() => IsEmpty ? null : new(MaxConcurrency, MaxQueue, RatePerSecond, Burst, TimeoutMs);
}
