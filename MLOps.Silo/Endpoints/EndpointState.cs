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

    /// <summary>Lines of the history that may not have reached it yet: written with the change that they tell of, so that a crash between the two loses none.</summary>
    [Id(2)]
    public List<EndpointEvent> Unwritten { get; set; } = [];

    /// <summary>Keys of replicas that may be loaded and do not belong to the endpoint, or not yet: written before they are loaded and with the change that retires them,
    /// so that a crash leaves none behind that nobody unloads.</summary>
    [Id(3)]
    public List<string> Loose { get; set; } = [];

    public EndpointState With(List<string> loose) => new() { Endpoint = Endpoint, LastRevision = LastRevision, Unwritten = Unwritten, Loose = loose };
}
