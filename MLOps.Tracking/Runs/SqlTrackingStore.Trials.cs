using System.Data.Common;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

internal sealed partial class SqlTrackingStore
{
    /// <summary>One number a run leaves the database, however much the runs have logged.</summary>
    public Task<ExperimentTrials> GetTrialsAsync(TrialQuery query, CancellationToken cancellationToken = default) => Task.FromResult(database.Read(session =>
    {
        var values = session.Query(
            $"""
            SELECT m.value, m.is_nan
            FROM runs r LEFT JOIN latest_metrics m ON m.key = $1 AND m.run_uuid = r.run_uuid
            WHERE r.experiment_id = $0 AND r.run_uuid <> $2
            AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.run_uuid = r.run_uuid AND {session.Dialect.IsIn("t.key", "$3")})
            AND (m.value IS NOT NULL OR (COALESCE(r.status, '') <> 'SCHEDULED' AND r.run_uuid NOT IN (
                SELECT t.value FROM runs c JOIN tags t ON t.run_uuid = c.run_uuid AND t.key = '{TrialQuery.ParentTag}'
                WHERE c.experiment_id = $0 AND t.value IS NOT NULL)))
            """,
            Value,
            ExperimentKey(query.ExperimentId),
            query.Metric,
            query.ExceptRunId,
            session.Dialect.Set(query.ExceptTags));
        return new ExperimentTrials(values.Count, [.. values.OfType<double>()]);
    }));

    private static double? Value(DbDataReader row) =>
        row.IsDBNull(0) || row.GetBoolean(1) || !TrialQuery.IsRatio(row.GetDouble(0)) ? null : row.GetDouble(0);
}
