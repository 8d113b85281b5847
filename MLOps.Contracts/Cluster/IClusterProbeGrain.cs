using Orleans.CodeGeneration;

namespace MLOps.Contracts.Cluster;

/// <summary>Asked to learn whether the cluster answers. Runs on whichever silo is asked, touches no storage. Key: 0.</summary>
[Alias("mlops.IClusterProbeGrain"), Version(1)]
public interface IClusterProbeGrain : IGrainWithIntegerKey
{
    /// <summary>How many silos are active, as far as the silo that answers knows.</summary>
    [Alias("active-silos")]
    Task<int> CountActiveSilosAsync();
}
