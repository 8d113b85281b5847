using System.Data.Common;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Search;

/// <summary>Finds a page of runs by the shortest way. The databases cannot choose it themselves: that a missing or NaN metric sorts last hides the order from their indexes,
/// and SQLite does not know how many rows a value stands for. See docs/decisions/0021-searching-by-metrics.md.</summary>
internal sealed class RunSearcher(RunSearchLimits limits)
{
    // Asked once: an index that an operator makes is used from the next start on.
    private bool? _isIndexed;

    /// <summary>The page's rows and, when there are more, one row of the next.</summary>
    public List<T> Find<T>(SqlSession session, SearchRuns query, int offset, Func<DbDataReader, T> read)
    {
        List<T> Rows(RunSearchPath path)
        {
            var sql = RunSearch.Translate(query, offset, session.Dialect, path);
            return session.Query(sql.Text, read, sql.Arguments);
        }

        var clauses = RunSearch.IndexedClauses(query);
        var isByMetric = RunSearch.IsByMetric(query);
        if ((clauses.Count == 0 && !isByMetric) || !IsIndexed(session) || Count(session, RunSearch.CountRuns(query, session.Dialect, limits.FewRuns + 1)) <= limits.FewRuns)
        {
            return Rows(default);
        }

        foreach (var clause in clauses)
        {
            if (Count(session, RunSearch.CountMetrics(clause, limits.FewMetrics + 1)) <= limits.FewMetrics)
            {
                return Rows(new RunSearchPath(clause, null));
            }
        }

        if (isByMetric)
        {
            var rows = Rows(new RunSearchPath(null, (int)Math.Min(int.MaxValue, Math.Max(limits.Depth, 8L * ((long)offset + query.MaxResults)))));
            if (rows.Count > query.MaxResults)
            {
                return rows;
            }
        }

        return Rows(default);
    }

    private static long Count(SqlSession session, SqlStatement sql) => Convert.ToInt64(session.Scalar(sql.Text, sql.Arguments), System.Globalization.CultureInfo.InvariantCulture);

    private bool IsIndexed(SqlSession session) => _isIndexed ??= session.Scalar(session.Dialect.FindIndex, "mlops_latest_metrics_value") is not (null or DBNull);
}
