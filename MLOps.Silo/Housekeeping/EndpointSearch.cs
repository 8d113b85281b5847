using MLOps.Contracts.Catalog;
using MLOps.Tracking;

namespace MLOps.Silo.Housekeeping;

/// <summary>Finds endpoints that may have something to clear up.</summary>
internal sealed class EndpointSearch(IServingStore store, IGrainFactory grains)
{
    /// <summary>Those that exist, and those of which something is left: a gateway may have stored requests after their endpoint was removed.</summary>
    public async Task<IEnumerable<string>> FindAsync() =>
        (await grains.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync()).Union(await store.ListEndpointsAsync());
}
