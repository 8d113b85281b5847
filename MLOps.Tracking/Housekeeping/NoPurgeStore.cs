using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Housekeeping;

/// <summary>Where another server has the runs: it removes them itself.</summary>
/// <param name="server">Its address.</param>
internal sealed class NoPurgeStore(string server) : IPurgeStore
{
    public Task<IReadOnlyList<DeletedRun>> FindRunsAsync(long deletedBefore, DeletedRun? after, int limit, CancellationToken cancellationToken = default) => throw NotHere();

    public Task<IReadOnlyList<DeletedExperiment>> FindExperimentsAsync(long deletedBefore, string? after, int limit, CancellationToken cancellationToken = default) => throw NotHere();

    public Task<string?> PurgeRunAsync(string runId, long deletedBefore, CancellationToken cancellationToken = default) => throw NotHere();

    public Task<string?> PurgeExperimentAsync(string experimentId, long deletedBefore, CancellationToken cancellationToken = default) => throw NotHere();

    public Task<IReadOnlyList<OrphanedArtifacts>> ListOrphansAsync(int limit, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<OrphanedArtifacts>>([]);

    public Task<long> CountOrphansAsync(CancellationToken cancellationToken = default) => Task.FromResult(0L);

    public Task ForgetOrphanAsync(string ownerId, CancellationToken cancellationToken = default) => throw NotHere();

    private MLOpsException NotHere() => new(
        ProblemCode.NotImplemented,
        $"The runs are on the MLflow server {server}, whose protocol cannot remove anything for good: run `mlflow gc` there.");
}
