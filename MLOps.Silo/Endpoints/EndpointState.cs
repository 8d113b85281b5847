using MLOps.Contracts.Endpoints;

namespace MLOps.Silo.Endpoints;

/// <summary>What an endpoint's grain keeps in storage.</summary>
[GenerateSerializer, Alias("mlops.EndpointState")]
internal sealed class EndpointState
{
    /// <summary>Null before the first deployment.</summary>
    [Id(0)]
    public EndpointSnapshot? Endpoint { get; set; }

    /// <summary>The last revision given, also to deployments that failed: replica keys are never used twice.</summary>
    [Id(1)]
    public long LastRevision { get; set; }
}
