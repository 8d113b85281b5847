namespace MLOps.Contracts.Endpoints;

/// <summary>What an endpoint takes at a time. Each gateway process counts by itself. 0: no limit.</summary>
/// <param name="MaxConcurrency">Requests that run.</param>
/// <param name="MaxQueue">Requests that wait for one of those; more are refused with 503.</param>
/// <param name="RatePerSecond">Requests of one caller key (or of all callers without one); more are refused with 429.</param>
/// <param name="Burst">Requests that a caller may make at once; 0: one second's worth.</param>
/// <param name="TimeoutMs">A request that takes longer, its wait included, is answered 504.</param>
[GenerateSerializer, Immutable, Alias("mlops.EndpointLimits")]
public sealed record EndpointLimits(
    [property: Id(0)] int MaxConcurrency = 0,
    [property: Id(1)] int MaxQueue = 0,
    [property: Id(2)] double RatePerSecond = 0,
    [property: Id(3)] double Burst = 0,
    [property: Id(4)] int TimeoutMs = 0);
