using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

/// <summary>Experiments and runs on MLflow's schema.</summary>
/// <param name="database">The open database.</param>
/// <param name="artifactRoot">Root of new experiments' artifact locations, without a slash at its end.</param>
/// <param name="clock">Source of creation and update times.</param>
internal sealed partial class SqlTrackingStore(SqlDatabase database, string artifactRoot, TimeProvider clock) : ITrackingStore
{
    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken = default) => Task.FromResult(database.Read(session => new StoreCounts(
        (long)session.Scalar("SELECT COUNT(*) FROM experiments WHERE lifecycle_stage = 'active'")!,
        (long)session.Scalar("SELECT COUNT(*) FROM runs WHERE lifecycle_stage = 'active'")!)));

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
