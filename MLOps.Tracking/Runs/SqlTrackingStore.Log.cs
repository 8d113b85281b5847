using System.Data.Common;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

internal sealed partial class SqlTrackingStore
{
    public async Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken = default)
    {
        // Three items, as MLflow has three transactions: what was written before a conflict stays.
        if (batch.Params.Count > 0)
        {
            await WriteRunAsync(ParameterWriter.Instance, new RunRows<KeyValue>(runId, batch.Params), cancellationToken);
        }

        if (batch.Metrics.Count > 0 || (batch.Params.Count == 0 && batch.Tags.Count == 0))
        {
            await WriteRunAsync(MetricWriter.Instance, new RunRows<Metric>(runId, batch.Metrics), cancellationToken);
        }

        if (batch.ModelMetrics.Count > 0)
        {
            await WriteRunAsync(runId, session => LoggedModels.ModelMetrics.Write(session, RequireActiveRun(session, runId), batch.ModelMetrics), cancellationToken);
        }

        if (batch.Tags.Count > 0)
        {
            await WriteRunAsync(TagWriter.Instance, new RunRows<KeyValue>(runId, batch.Tags), cancellationToken);
        }
    }

    public Task<Page<Metric>> GetMetricHistoryAsync(string runId, string key, int? maxResults, string? pageToken, CancellationToken cancellationToken = default)
    {
        var offset = PageToken.Offset(pageToken);
        return Task.FromResult(database.Read(session => PageToken.Page(
            session.Query(
                "SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = $0 AND key = $1 ORDER BY timestamp, step, value LIMIT $2 OFFSET $3",
                ReadMetric,
                runId,
                key,
                maxResults is { } limit ? limit + 1L : long.MaxValue,
                offset),
            offset,
            maxResults ?? int.MaxValue)));
    }

    private static Metric ReadMetric(DbDataReader row) => new(
        row.GetString(0),
        row.GetBoolean(4) ? double.NaN : row.GetDouble(1),
        row.GetInt64(2),
        row.GetInt64(3));
}
