using MLOps.Contracts.Cluster;
using Orleans.Concurrency;

namespace MLOps.Silo.Cluster;

/// <summary>A stateless worker, so that the silo that is asked answers itself.</summary>
[GrainType("cluster-probe"), StatelessWorker(1)]
internal sealed class ClusterProbeGrain(ISiloStatusOracle silos) : Grain, IClusterProbeGrain
{
    public Task<int> CountActiveSilosAsync() => Task.FromResult(silos.GetApproximateSiloStatuses(onlyActive: true).Count);
}
