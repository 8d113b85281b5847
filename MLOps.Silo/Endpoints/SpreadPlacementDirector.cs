using MLOps.Contracts.Endpoints;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace MLOps.Silo.Endpoints;

/// <summary>Replica i of a variant goes to the i-th silo after the variant's own first one: no counting, no state, and the same answer wherever it is asked.
/// When silos come and go, running replicas stay and the lost ones are placed among those that are there.</summary>
internal sealed class SpreadPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        if (IPlacementDirector.GetPlacementHint(target.RequestContextData, context.GetCompatibleSilos(target)) is { } hinted)
        {
            return Task.FromResult(hinted);
        }

        var silos = context.GetCompatibleSilos(target);
        Array.Sort(silos);
        var key = ReplicaKey.Parse(target.GrainIdentity.Key.ToString()!);
        return Task.FromResult(silos[(int)((First(key) + (uint)key.Index) % (uint)silos.Length)]);
    }

    /// <summary>FNV-1a: variants begin at different silos, so that ten endpoints with one replica each do not share one.</summary>
    private static uint First(ReplicaKey key)
    {
        var hash = 2166136261u;
        foreach (var c in $"{key.Endpoint}/{key.Variant}")
        {
            hash = unchecked((hash ^ c) * 16777619u);
        }

        return hash;
    }
}
