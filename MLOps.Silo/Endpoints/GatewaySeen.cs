namespace MLOps.Silo.Endpoints;

/// <summary>The last report that a gateway process has sent.</summary>
[GenerateSerializer, Immutable, Alias("mlops.GatewaySeen")]
internal sealed record GatewaySeen([property: Id(0)] string Gateway, [property: Id(1)] long Sequence);
