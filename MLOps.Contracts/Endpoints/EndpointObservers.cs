namespace MLOps.Contracts.Endpoints;

/// <summary>How long a subscription to an endpoint lasts without renewal, for both sides.</summary>
public static class EndpointObservers
{
    public static readonly TimeSpan Expiration = TimeSpan.FromMinutes(1);

    /// <summary>How often a subscriber renews: often enough to survive a lost renewal, and the longest time it stays
    /// with an old snapshot after the endpoint's grain moved to another silo.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(15);
}
