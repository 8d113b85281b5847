using MLOps.Contracts.Runs;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Traces;

internal sealed partial class SqlTraceStore
{
    public Task<Page<TraceInfo>> SearchTracesAsync(SearchTraces query, CancellationToken cancellationToken = default)
    {
        var offset = PageToken.Offset(query.PageToken);
        var statement = TraceSearch.Translate(query, offset, database.Dialect);
        return Task.FromResult(database.Read(session =>
        {
            var ids = PageToken.Page(session.Query(statement.Text, row => row.GetString(0), statement.Arguments), offset, query.MaxResults);
            return new Page<TraceInfo>(TraceRows.Read(session, ids.Items), ids.NextPageToken);
        }));
    }

    public Task<FilterCorrelation> CorrelateFiltersAsync(CorrelateFilters query, CancellationToken cancellationToken = default)
    {
        var sql = new SqlText();
        sql.Append("SELECT COUNT(*), COALESCE(SUM(m.a), 0), COALESCE(SUM(m.b), 0), COALESCE(SUM(m.a * m.b), 0) FROM (SELECT ");
        Matched(sql, query, query.First, "a");
        sql.Append(", ");
        Matched(sql, query, query.Second, "b");
        sql.Append(" FROM trace_info u WHERE u.request_id IN (SELECT t.request_id FROM trace_info t WHERE ");
        TraceSearch.Where(sql, database.Dialect, query.ExperimentIds, query.Base);
        var statement = sql.Append(")) m").Build();
        return Task.FromResult(database.Read(session => session.Query(
            statement.Text,
            row => FilterCorrelation.Of(Convert.ToInt64(row.GetValue(1), null), Convert.ToInt64(row.GetValue(2), null), Convert.ToInt64(row.GetValue(3), null), row.GetInt64(0)),
            statement.Arguments)[0]));
    }

    private void Matched(SqlText sql, CorrelateFilters query, string filter, string name)
    {
        sql.Append("CASE WHEN u.request_id IN (SELECT t.request_id FROM trace_info t WHERE ");
        TraceSearch.Where(sql, database.Dialect, query.ExperimentIds, filter);
        sql.Append($") THEN 1 ELSE 0 END AS {name}");
    }
}
