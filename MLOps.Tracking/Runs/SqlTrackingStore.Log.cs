using System.Data.Common;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

internal sealed partial class SqlTrackingStore
{
    public Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken = default)
    {
        var kinds = Math.Min(1, batch.Params.Count) + Math.Min(1, batch.Metrics.Count) + Math.Min(1, batch.Tags.Count);
        return kinds > 1 || batch.ModelMetrics.Count > 0 ? LogPartsAsync(runId, batch, cancellationToken)
            : batch.Params.Count > 0 ? WriteParamsAsync(runId, batch.Params, cancellationToken)
            : batch.Tags.Count > 0 ? WriteTagsAsync(runId, batch.Tags, cancellationToken)
            : WriteMetricsAsync(runId, batch.Metrics, cancellationToken);
    }

    /// <summary>One after another, as MLflow has a transaction each: what was written before a conflict stays.</summary>
    private async Task LogPartsAsync(string runId, LogBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Params.Count > 0)
        {
            await WriteParamsAsync(runId, batch.Params, cancellationToken);
        }

        if (batch.Metrics.Count > 0)
        {
            await WriteMetricsAsync(runId, batch.Metrics, cancellationToken);
        }

        if (batch.ModelMetrics.Count > 0)
        {
            await WriteRunAsync(runId, session => LoggedModels.ModelMetrics.Write(session, RequireActiveRun(session, runId), batch.ModelMetrics), cancellationToken);
        }

        if (batch.Tags.Count > 0)
        {
            await WriteTagsAsync(runId, batch.Tags, cancellationToken);
        }
    }

    private Task WriteParamsAsync(string runId, IReadOnlyList<KeyValue> parameters, CancellationToken cancellationToken) =>
        database.WriteAsync(ParameterWriter.Instance, new RunRows<KeyValue>(runId, parameters, _runs), cancellationToken);

    private Task WriteMetricsAsync(string runId, IReadOnlyList<Metric> metrics, CancellationToken cancellationToken) =>
        database.WriteAsync(MetricWriter.Instance, new RunRows<Metric>(runId, metrics, _runs), cancellationToken);

    private Task WriteTagsAsync(string runId, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken) =>
        database.WriteAsync(TagWriter.Instance, new RunRows<KeyValue>(runId, tags, _runs), cancellationToken);

    public Task<Page<Metric>> GetMetricHistoryAsync(string runId, string key, int? maxResults, string? pageToken, CancellationToken cancellationToken = default)
    {
        const string Sql = "SELECT value, timestamp, step, is_nan FROM metrics WHERE run_uuid = $0 AND key = $1 ORDER BY timestamp, step, value LIMIT $2 OFFSET $3";
        long offset = PageToken.Offset(pageToken);
        var limit = maxResults is { } most ? most + 1L : long.MaxValue;
        return Task.FromResult(database.Read(session =>
        {
            var points = new List<Metric>();
            if (session.Dialect.HasArrays)
            {
                session.ForEach(Sql, row => points.Add(ReadMetric(row, key)), runId, key, limit, offset);
            }
            else
            {
                session.ForEachColumns(Sql, row => points.Add(new Metric(key, row.Long(3) != 0 ? double.NaN : row.Double(0), row.Long(1), row.Long(2))), runId, key, limit, offset);
            }

            return PageToken.Page(points, (int)offset, maxResults ?? int.MaxValue);
        }));
    }

    /// <summary>value, timestamp, step, is_nan; the key is known and is one string for all.</summary>
    private static Metric ReadMetric(DbDataReader row, string key) => new(
        key,
        row.GetBoolean(3) ? double.NaN : row.GetDouble(0),
        row.GetInt64(1),
        row.GetInt64(2));
}
