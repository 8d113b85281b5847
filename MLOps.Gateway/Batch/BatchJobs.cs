using MLOps.Contracts.Batch;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Batch;

/// <summary>Finds jobs by an index.</summary>
internal static class BatchJobs
{
    /// <returns>The jobs that the index names, newest first.</returns>
    public static async Task<IEnumerable<BatchJobSnapshot>> FindAsync(string index, IGrainFactory grains)
    {
        var ids = await grains.GetGrain<INameIndexGrain>(index).ListAsync();
        var jobs = await Task.WhenAll(ids.Select(id => FindOneAsync(id, grains)));
        return jobs.OfType<BatchJobSnapshot>().OrderByDescending(job => job.CreationTime);
    }

    private static async Task<BatchJobSnapshot?> FindOneAsync(string id, IGrainFactory grains)
    {
        try
        {
            return await grains.GetGrain<IBatchJobGrain>(id).GetAsync();
        }
        catch (MLOpsException e) when (e.Code == ProblemCode.NotFound)
        {
            // An id is listed before its job is first written.
            return null;
        }
    }
}
