using MLOps.Contracts.Problems;

namespace MLOps.Tracking;

/// <summary>Removes for good what was deleted long ago.
/// <para>Promise: the rows of a run or an experiment go in one transaction, which first looks once more whether it is still deleted, for long enough, and not in the registry's use;
/// the same transaction notes the artifacts that have to go with it, so that a crash leaves neither a run without its artifacts nor artifacts that nobody removes.</para></summary>
public interface IPurgeStore
{
    /// <summary>Deleted runs, those that were deleted first coming first.</summary>
    /// <param name="deletedBefore">Unix ms: deleted then or before.</param>
    /// <param name="after">Only what comes after this one; null: from the first.</param>
    /// <param name="limit">Most of them.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="MLOpsException">NotImplemented: another server has the runs.</exception>
    Task<IReadOnlyList<DeletedRun>> FindRunsAsync(long deletedBefore, DeletedRun? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Deleted experiments by their number, each with what is left in it.</summary>
    /// <param name="deletedBefore">Unix ms: deleted then or before.</param>
    /// <param name="after">Only experiments with a greater number; null: from the first.</param>
    /// <param name="limit">Most of them.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="MLOpsException">NotImplemented: another server has the experiments.</exception>
    Task<IReadOnlyList<DeletedExperiment>> FindExperimentsAsync(long deletedBefore, string? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Removes a run with its metrics, parameters, tags, inputs, outputs and links.</summary>
    /// <returns>Null: it is gone. Else why it stays.</returns>
    Task<string?> PurgeRunAsync(string runId, long deletedBefore, CancellationToken cancellationToken = default);

    /// <summary>Removes an experiment without runs, with its tags, datasets, logged models and traces.</summary>
    /// <returns>Null: it is gone. Else why it stays.</returns>
    Task<string?> PurgeExperimentAsync(string experimentId, long deletedBefore, CancellationToken cancellationToken = default);

    /// <summary>Artifacts whose rows are gone and which have to go themselves, the oldest first.</summary>
    Task<IReadOnlyList<OrphanedArtifacts>> ListOrphansAsync(int limit, CancellationToken cancellationToken = default);

    /// <summary>How many of them there are.</summary>
    Task<long> CountOrphansAsync(CancellationToken cancellationToken = default);

    /// <summary>They are gone, or are to stay.</summary>
    Task ForgetOrphanAsync(string ownerId, CancellationToken cancellationToken = default);
}

/// <param name="DeletedTime">Unix ms.</param>
public sealed record DeletedRun(string RunId, string ExperimentId, string Name, long DeletedTime, string ArtifactUri);

/// <param name="DeletedTime">Unix ms.</param>
/// <param name="Runs">The runs that it still has, deleted or not.</param>
/// <param name="Models">Its logged models: their ids and where their files are.</param>
public sealed record DeletedExperiment(
    string ExperimentId,
    string Name,
    long DeletedTime,
    string ArtifactLocation,
    IReadOnlyList<RemainingRun> Runs,
    IReadOnlyList<OrphanedArtifacts> Models);

/// <param name="Run">Null: it is not deleted, or nobody knows since when.</param>
public sealed record RemainingRun(string RunId, DeletedRun? Run);

/// <param name="OwnerId">The run, logged model or trace that they belonged to; its id is a part of their path.</param>
/// <param name="Uri">Their artifact location.</param>
public sealed record OrphanedArtifacts(string OwnerId, string Uri);
