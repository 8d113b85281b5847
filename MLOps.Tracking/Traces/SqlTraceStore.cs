using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Text;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Traces;

/// <summary>Traces on MLflow's schema.</summary>
/// <param name="database">The open database.</param>
/// <param name="clock">Source of the times of assessments.</param>
internal sealed partial class SqlTraceStore(SqlDatabase database, TimeProvider clock) : ITraceStore
{
    private const int MaxId = 50;
    private const int MaxKey = 250;
    private const int MaxValue = 8000;

    public Task<TraceInfo> StartTraceAsync(TraceInfo trace, CancellationToken cancellationToken = default)
    {
        MaxLength(trace.TraceId, "trace_id");
        if (trace.ClientRequestId is not null)
        {
            MaxLength(trace.ClientRequestId, "client_request_id");
        }

        return database.WriteAsync(
            session =>
            {
                var location = ArtifactLocation(session, trace.ExperimentId, trace.TraceId);
                session.Execute(
                    """
                    INSERT INTO trace_info (request_id, experiment_id, timestamp_ms, execution_time_ms, status, client_request_id, request_preview, response_preview)
                    VALUES ($0, $1, $2, $3, $4, $5, $6, $7)
                    ON CONFLICT (request_id) DO UPDATE SET experiment_id = excluded.experiment_id, timestamp_ms = excluded.timestamp_ms,
                        execution_time_ms = excluded.execution_time_ms, status = excluded.status, client_request_id = excluded.client_request_id,
                        request_preview = COALESCE(excluded.request_preview, trace_info.request_preview),
                        response_preview = COALESCE(excluded.response_preview, trace_info.response_preview)
                    """,
                    trace.TraceId,
                    Number(trace.ExperimentId),
                    trace.RequestTime,
                    trace.ExecutionDuration,
                    trace.State,
                    trace.ClientRequestId,
                    trace.RequestPreview is null ? null : Preview.Cut(trace.RequestPreview),
                    trace.ResponsePreview is null ? null : Preview.Cut(trace.ResponsePreview));
                Write(session, "trace_tags", trace.TraceId, [.. trace.Tags, new KeyValue(TraceKeys.ArtifactLocation, location)]);
                Write(session, "trace_request_metadata", trace.TraceId, [.. trace.Metadata, new KeyValue(TraceKeys.Finalized, "true")]);
                foreach (var pair in trace.Metadata)
                {
                    if (pair.Key == TraceKeys.TokenUsage)
                    {
                        WriteUsage(session, trace.TraceId, TokenUsage.Parse(pair.Value));
                    }
                }

                foreach (var assessment in trace.Assessments)
                {
                    Insert(session, assessment with { TraceId = trace.TraceId });
                }

                return TraceRows.Require(session, trace.TraceId);
            },
            cancellationToken);
    }

    public Task<TraceInfo> StartTraceAsync(string experimentId, long timestampMs, IReadOnlyList<KeyValue> metadata, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var id = Guid.NewGuid().ToString("n");
            var location = ArtifactLocation(session, experimentId, id);
            session.Execute("INSERT INTO trace_info (request_id, experiment_id, timestamp_ms, status) VALUES ($0, $1, $2, 'IN_PROGRESS')", id, Number(experimentId), timestampMs);
            Write(session, "trace_tags", id, [.. tags, new KeyValue(TraceKeys.ArtifactLocation, location)]);
            Write(session, "trace_request_metadata", id, metadata);
            return TraceRows.Require(session, id);
        },
        cancellationToken);

    public Task<TraceInfo> EndTraceAsync(string traceId, long timestampMs, string state, IReadOnlyList<KeyValue> metadata, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            if (session.Execute("UPDATE trace_info SET execution_time_ms = $0 - timestamp_ms, status = $1 WHERE request_id = $2", timestampMs, state, traceId) == 0)
            {
                throw TraceRows.Missing(traceId);
            }

            Write(session, "trace_request_metadata", traceId, metadata);
            Write(session, "trace_tags", traceId, tags);
            return TraceRows.Require(session, traceId);
        },
        cancellationToken);

    public Task<TraceInfo> GetTraceInfoAsync(string traceId, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => TraceRows.Require(session, traceId)));

    public Task<IReadOnlyList<TraceInfo>> GetTraceInfosAsync(IReadOnlyList<string> traceIds, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => TraceRows.Read(session, traceIds)));

    public Task<IReadOnlyList<Trace>> GetTracesAsync(IReadOnlyList<string> traceIds, CancellationToken cancellationToken = default) => Task.FromResult(database.Read(session =>
    {
        var spans = session
            .Query(
                $"SELECT trace_id, content FROM spans WHERE {session.Dialect.IsIn("trace_id", "$0")} ORDER BY CASE WHEN parent_span_id IS NULL THEN 0 ELSE 1 END, start_time_unix_nano, span_id",
                row => (Trace: row.GetString(0), Content: row.GetString(1)),
                session.Dialect.Set(traceIds))
            .Where(span => span.Content.Length > 0)
            .ToLookup(span => span.Trace, span => span.Content);
        return (IReadOnlyList<Trace>)[.. TraceRows.Read(session, traceIds).Select(info => new Trace(info, [.. spans[info.TraceId]]))];
    }));

    public Task SetTraceTagAsync(string traceId, string key, string value, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            TraceRows.RequireExists(session, traceId);
            Write(session, "trace_tags", traceId, [new KeyValue(key, value)]);
        },
        cancellationToken);

    public Task DeleteTraceTagAsync(string traceId, string key, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            TraceRows.RequireExists(session, traceId);
            if (session.Execute("DELETE FROM trace_tags WHERE request_id = $0 AND key = $1", traceId, key) == 0)
            {
                throw new MLOpsException(ProblemCode.NotFound, $"No trace tag with key '{key}' for trace with ID '{traceId}'");
            }
        },
        cancellationToken);

    public Task<int> DeleteTracesAsync(DeleteTraces command, CancellationToken cancellationToken = default)
    {
        var problem = command switch
        {
            { MaxTimestampMs: null, TraceIds.Count: 0 } => "Either `max_timestamp_millis` or `trace_ids` must be specified.",
            { MaxTimestampMs: not (null or 0), TraceIds.Count: > 0 } => "Only one of `max_timestamp_millis` and `trace_ids` can be specified.",
            { MaxTraces: not null, TraceIds.Count: > 0 } => "`max_traces` can't be specified if `trace_ids` is specified.",
            { MaxTraces: <= 0 } => string.Create(CultureInfo.InvariantCulture, $"`max_traces` must be a positive integer, received {command.MaxTraces}."),
            _ => null,
        };
        if (problem is not null)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, problem);
        }

        var experiment = Number(command.ExperimentId);
        return database.WriteAsync(
            session =>
            {
                var ids = command.TraceIds.Count > 0
                    ? session.Query($"SELECT request_id FROM trace_info WHERE experiment_id = $0 AND {session.Dialect.IsIn("request_id", "$1")}", row => row.GetString(0), experiment, session.Dialect.Set(command.TraceIds))
                    : session.Query(
                        "SELECT request_id FROM trace_info WHERE experiment_id = $0 AND timestamp_ms <= $1 ORDER BY timestamp_ms, request_id LIMIT $2",
                        row => row.GetString(0),
                        experiment,
                        command.MaxTimestampMs ?? 0,
                        command.MaxTraces ?? long.MaxValue);
                var set = session.Dialect.Set(ids);

                // By name, since a SQLite database that MLflow migrated may lack the cascades.
                foreach (var (table, column) in ((string, string)[])
                    [("span_metrics", "trace_id"), ("spans", "trace_id"), ("assessments", "trace_id"), ("trace_metrics", "request_id"), ("trace_request_metadata", "request_id"), ("trace_tags", "request_id")])
                {
                    session.Execute($"DELETE FROM {table} WHERE {session.Dialect.IsIn(column, "$0")}", set);
                }

                session.Execute($"DELETE FROM entity_associations WHERE source_type = 'trace' AND {session.Dialect.IsIn("source_id", "$0")}", set);
                return session.Execute($"DELETE FROM trace_info WHERE {session.Dialect.IsIn("request_id", "$0")}", set);
            },
            cancellationToken);
    }

    /// <summary>Writes tags or metadata, new or changed.</summary>
    private static void Write(SqlSession session, string table, string traceId, IEnumerable<KeyValue> pairs)
    {
        foreach (var pair in pairs)
        {
            if (CodePoints.Count(pair.Key) > MaxKey)
            {
                throw new MLOpsException(ProblemCode.InvalidArgument, $"'key' exceeds the maximum length of {MaxKey} characters");
            }

            session.Execute(
                $"INSERT INTO {table} (key, value, request_id) VALUES ($0, $1, $2) ON CONFLICT (key, request_id) DO UPDATE SET value = excluded.value",
                pair.Key,
                CodePoints.Cut(pair.Value, MaxValue),
                traceId);
        }
    }

    /// <summary>Where the trace's files go. The experiment must be there and not deleted.</summary>
    private static string ArtifactLocation(SqlSession session, string experimentId, string traceId)
    {
        var root = string.Empty;
        var stage = session.First(
            "SELECT lifecycle_stage, artifact_location FROM experiments WHERE workspace = 'default' AND experiment_id = $0",
            row =>
            {
                root = row.Text(1) ?? string.Empty;
                return row.Text(0) ?? "active";
            },
            Number(experimentId));
        return stage switch
        {
            "active" => ArtifactUri.Append(root, $"traces/{traceId}/artifacts"),
            null => throw new MLOpsException(ProblemCode.NotFound, $"No Experiment with id={experimentId} exists"),
            _ => throw new MLOpsException(ProblemCode.InvalidArgument, $"The experiment {experimentId} must be in the 'active' state. Current state is {stage}."),
        };
    }

    private static void MaxLength(string text, string parameter)
    {
        if (CodePoints.Count(text) > MaxId)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'{parameter}' exceeds the maximum length of {MaxId} characters");
        }
    }

    private static long Number(string experimentId) => TraceRows.Experiment(experimentId);

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
