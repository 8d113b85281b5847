using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

/// <summary>Experiments and runs in SQLite, on MLflow's schema.</summary>
/// <param name="database">The open file.</param>
/// <param name="artifactRoot">Root of new experiments' artifact locations, without a slash at its end.</param>
/// <param name="clock">Source of creation and update times.</param>
internal sealed partial class SqliteTrackingStore(SqliteDatabase database, string artifactRoot, TimeProvider clock) : ITrackingStore
{
    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken = default) => Task.FromResult(database.Read(session => new StoreCounts(
        (long)session.Scalar("SELECT COUNT(*) FROM experiments WHERE lifecycle_stage = 'active'")!,
        (long)session.Scalar("SELECT COUNT(*) FROM runs WHERE lifecycle_stage = 'active'")!)));

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
