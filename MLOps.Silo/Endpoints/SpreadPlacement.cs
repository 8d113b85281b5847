using Orleans.Runtime;

namespace MLOps.Silo.Endpoints;

/// <summary>Puts the replicas of a variant on different silos in turn. Orleans' own choice prefers the caller's silo, and all replicas are first called
/// from one: the endpoint's grain.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking]
public sealed class SpreadPlacement : PlacementStrategy;
