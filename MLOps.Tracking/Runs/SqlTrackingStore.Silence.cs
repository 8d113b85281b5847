using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

internal sealed partial class SqlTrackingStore
{
    public Task<bool> EndSilentRunAsync(string runId, EndSilentRun command, CancellationToken cancellationToken = default) => WriteRunAsync(
        runId,
        session =>
        {
            if (!SilentRun.IsSilent(LockRun(session, runId), TagOf(session, runId, HeartbeatTags.Beat), command))
            {
                return false;
            }

            session.Execute("UPDATE runs SET status = 'FAILED', end_time = $0 WHERE run_uuid = $1", command.EndTime, runId);
            TagWriter.Write(session, runId, SilentRun.Error(command.Silence));
            return true;
        },
        cancellationToken);

    public Task<bool> ReviveSilentRunAsync(string runId, CancellationToken cancellationToken = default) => WriteRunAsync(
        runId,
        session =>
        {
            if (!SilentRun.Is(LockRun(session, runId), TagOf(session, runId, HeartbeatTags.Error)))
            {
                return false;
            }

            session.Execute("UPDATE runs SET status = 'RUNNING', end_time = NULL WHERE run_uuid = $0 AND status = 'FAILED'", runId);
            session.Execute("DELETE FROM tags WHERE run_uuid = $0 AND key = $1", runId, HeartbeatTags.Error);
            return true;
        },
        cancellationToken);

    /// <summary>The run as nobody changes it before this transaction ends.</summary>
    private static RunInfo LockRun(SqlSession session, string runId) =>
        session.First(SelectRuns + " WHERE r.run_uuid = $0" + session.Dialect.ForUpdate, ReadRun, runId) ?? throw RunRows.NoRun(runId);

    private static string? TagOf(SqlSession session, string runId, string key) =>
        (string?)session.Scalar("SELECT value FROM tags WHERE run_uuid = $0 AND key = $1", runId, key);
}
