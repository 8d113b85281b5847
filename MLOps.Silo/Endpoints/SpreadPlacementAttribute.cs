using Orleans.Placement;

namespace MLOps.Silo.Endpoints;

/// <inheritdoc cref="SpreadPlacement"/>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SpreadPlacementAttribute() : PlacementAttribute(new SpreadPlacement());
