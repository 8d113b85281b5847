using Microsoft.Data.Sqlite;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

internal sealed partial class SqliteTrackingStore
{
    private const string InsertMetric =
        "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES ($0, $1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

    // The latest value is the lexicographically greatest (step, timestamp, value); a NaN is stored, and so compares, as 0.
    private const string UpsertLatestMetric =
        """
        INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES ($0, $1, $2, $4, $5, $3)
        ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value, timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan
        WHERE (excluded.step, excluded.timestamp, excluded.value) > (latest_metrics.step, latest_metrics.timestamp, latest_metrics.value)
        """;

    public async Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken = default)
    {
        // Three items, as MLflow has three transactions: what was written before a conflict stays.
        if (batch.Params.Count > 0)
        {
            await database.WriteAsync(session => WriteParams(session, runId, batch.Params), cancellationToken);
        }

        if (batch.Metrics.Count > 0 || (batch.Params.Count == 0 && batch.Tags.Count == 0))
        {
            await database.WriteAsync(session => WriteMetrics(session, runId, batch.Metrics), cancellationToken);
        }

        if (batch.Tags.Count > 0)
        {
            await database.WriteAsync(session => WriteTags(session, runId, batch.Tags), cancellationToken);
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
                maxResults is { } limit ? limit + 1L : -1L,
                offset),
            offset,
            maxResults ?? int.MaxValue)));
    }

    private static void WriteParams(SqlSession session, string runId, IReadOnlyList<KeyValue> parameters)
    {
        RequireActiveRun(session, runId);
        List<(KeyValue New, string Old)>? conflicts = null;
        foreach (var given in parameters)
        {
            var parameter = given.Value.Length <= MaxParamValue ? given : given with { Value = given.Value[..MaxParamValue] };
            if (session.Execute("INSERT INTO params (key, value, run_uuid) VALUES ($0, $1, $2) ON CONFLICT DO NOTHING", parameter.Key, parameter.Value, runId) == 0
                && (string)session.Scalar("SELECT value FROM params WHERE run_uuid = $0 AND key = $1", runId, parameter.Key)! is var old
                && old != parameter.Value)
            {
                (conflicts ??= []).Add((parameter, old));
            }
        }

        if (conflicts is null)
        {
            return;
        }

        var first = conflicts[0];
        throw new MLOpsException(
            ProblemCode.InvalidArgument,
            parameters.Count == 1
                ? $"Changing param values is not allowed. Param with key='{first.New.Key}' was already logged with value='{first.Old}' for run ID='{runId}'. Attempted logging new value '{first.New.Value}'."
                : $"Changing param values is not allowed. Params were already logged='[{string.Join(", ", conflicts.Select(c => $"{{'key': '{c.New.Key}', 'old_value': '{c.Old}', 'new_value': '{c.New.Value}'}}"))}]' for run ID='{runId}'.");
    }

    private static void WriteMetrics(SqlSession session, string runId, IReadOnlyList<Metric> metrics)
    {
        RequireActiveRun(session, runId);
        foreach (var metric in metrics)
        {
            var isNaN = double.IsNaN(metric.Value);
            var value = isNaN ? 0 : Math.Clamp(metric.Value, -double.MaxValue, double.MaxValue);
            session.Execute(InsertMetric, metric.Key, value, metric.Timestamp, runId, metric.Step, isNaN ? 1 : 0);
            session.Execute(UpsertLatestMetric, metric.Key, value, metric.Timestamp, runId, metric.Step, isNaN ? 1 : 0);
        }
    }

    private static void WriteTags(SqlSession session, string runId, IReadOnlyList<KeyValue> tags)
    {
        RequireActiveRun(session, runId);
        foreach (var tag in tags)
        {
            WriteTag(session, runId, Truncated(tag));
            if (tag.Key == RunNameTag)
            {
                session.Execute("UPDATE runs SET name = $0 WHERE run_uuid = $1", tag.Value, runId);
            }
        }
    }

    private static Metric ReadMetric(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetBoolean(4) ? double.NaN : row.GetDouble(1),
        row.GetInt64(2),
        row.GetInt64(3));
}
