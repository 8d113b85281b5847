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
    /// <param name="session">Where from.</param>
    /// <param name="search">What is looked for.</param>
    /// <param name="plain">The search as the statement that takes no short way.</param>
    /// <param name="offset">Rows before the page.</param>
    /// <param name="read">Reads a row.</param>
    public List<T> Find<T>(SqlSession session, ParsedRunSearch search, SqlStatement plain, int offset, Func<DbDataReader, T> read)
    {
        List<T> Rows(SqlStatement sql) => session.Query(sql.Text, read, sql.Arguments);
        List<T> By(RunSearchPath path) => Rows(RunSearch.Translate(search, offset, session.Dialect, path));

        var query = search.Query;
        var clauses = search.IndexedClauses;
        var isByMetric = search.IsByMetric;
        if ((clauses.Count == 0 && !isByMetric) || !IsIndexed(session) || Count(session, RunSearch.CountRuns(query, session.Dialect, limits.FewRuns + 1)) <= limits.FewRuns)
        {
            return Rows(plain);
        }

        foreach (var clause in clauses)
        {
            if (Count(session, RunSearch.CountMetrics(clause, limits.FewMetrics + 1)) <= limits.FewMetrics)
            {
                return By(new RunSearchPath(clause, null));
            }
        }

        if (isByMetric)
        {
            var rows = By(new RunSearchPath(null, (int)Math.Min(int.MaxValue, Math.Max(limits.Depth, 8L * ((long)offset + query.MaxResults)))));
            if (rows.Count > query.MaxResults)
            {
                return rows;
            }
        }

        return Rows(plain);
    }

    private static long Count(SqlSession session, SqlStatement sql) => Convert.ToInt64(session.Scalar(sql.Text, sql.Arguments), System.Globalization.CultureInfo.InvariantCulture);

    private bool IsIndexed(SqlSession session) => _isIndexed ??= session.Scalar(session.Dialect.FindIndex, "mlops_latest_metrics_value") is not (null or DBNull);
}
