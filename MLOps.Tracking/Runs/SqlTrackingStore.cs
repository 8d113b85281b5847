using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

/// <summary>Experiments and runs on MLflow's schema.</summary>
/// <param name="database">The open database.</param>
/// <param name="artifactRoot">Root of new experiments' artifact locations, without a slash at its end.</param>
/// <param name="clock">Source of creation and update times.</param>
/// <param name="search">When a search takes a shorter way; null: <see cref="RunSearchLimits.Default"/>.</param>
internal sealed partial class SqlTrackingStore(SqlDatabase database, string artifactRoot, TimeProvider clock, RunSearchLimits? search = null) : ITrackingStore
{
    private readonly RunSearcher _searcher = new(search ?? RunSearchLimits.Default);
    private readonly ReadCache<Run> _runs = new(database.Foreign);
    private readonly ReadCache<Experiment> _experiments = new(database.Foreign);

    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken = default) => Task.FromResult(database.Read(session => new StoreCounts(
        (long)session.Scalar("SELECT COUNT(*) FROM experiments WHERE lifecycle_stage = 'active'")!,
        (long)session.Scalar("SELECT COUNT(*) FROM runs WHERE lifecycle_stage = 'active'")!)));

    /// <summary>A write to one run: what was read of it before is forgotten once the write is durable.</summary>
    private async Task<T> WriteRunAsync<T>(string runId, Func<SqlSession, T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await database.WriteAsync(work, cancellationToken);
        }
        finally
        {
            // After a failure too: of a commit whose connection broke nobody knows the end.
            _runs.Forget(runId);
        }
    }

    private Task<bool> WriteRunAsync(string runId, Action<SqlSession> work, CancellationToken cancellationToken) => WriteRunAsync(
        runId,
        session =>
        {
            work(session);
            return true;
        },
        cancellationToken);

    private async Task WriteExperimentAsync(long experimentId, Action<SqlSession> work, CancellationToken cancellationToken)
    {
        try
        {
            await database.WriteAsync(work, cancellationToken);
        }
        finally
        {
            _experiments.Forget(CacheKey(experimentId));
        }
    }

    private static string CacheKey(long experimentId) => experimentId.ToString(CultureInfo.InvariantCulture);

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
