using System.Data.Common;
using System.Globalization;

namespace MLOps.Tracking.Traces;

internal sealed partial class SqlTraceStore
{
    public Task<IReadOnlyList<TraceMetricPoint>> QueryTraceMetricsAsync(QueryTraceMetrics query, CancellationToken cancellationToken = default)
    {
        var statement = TraceMetrics.Translate(query, database.Dialect);
        return Task.FromResult<IReadOnlyList<TraceMetricPoint>>(
            [.. database.Read(session => session.Query(statement.Text, row => Point(query, row), statement.Arguments)).OfType<TraceMetricPoint>()]);
    }

    /// <returns>Null: a group without a name, or without a value.</returns>
    private static TraceMetricPoint? Point(QueryTraceMetrics query, DbDataReader row)
    {
        var dimensions = new List<KeyValuePair<string, string>>();
        var column = 0;
        if (query.IntervalSeconds is not null)
        {
            var bucket = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column++));
            dimensions.Add(new("time_bucket", bucket.ToString(bucket.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:sszzz" : "yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture)));
        }

        foreach (var dimension in query.Dimensions)
        {
            if (row.IsDBNull(column))
            {
                return null;
            }

            dimensions.Add(new(dimension, row.GetString(column++)));
        }

        var values = new List<KeyValuePair<string, double>>();
        foreach (var aggregation in query.Aggregations)
        {
            if (!row.IsDBNull(column))
            {
                values.Add(new(aggregation.Label, Convert.ToDouble(row.GetValue(column), CultureInfo.InvariantCulture)));
            }

            column++;
        }

        return values.Count == 0 ? null : new TraceMetricPoint(query.Metric, dimensions, values);
    }
}
