namespace MLOps.Client.Serving;

/// <summary>What an endpoint takes at a time in each gateway; null or 0: no limit.</summary>
public sealed record EndpointLimits(int? MaxConcurrency = null, int? MaxQueue = null, double? RatePerSecond = null, double? Burst = null, int? TimeoutMs = null);
