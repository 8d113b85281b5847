using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Traces;

internal sealed partial class SqlTraceStore
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    public Task LogSpansAsync(string experimentId, string traceId, IReadOnlyList<OtelSpan> spans, CancellationToken cancellationToken = default)
    {
        if (spans.Count == 0)
        {
            return Task.CompletedTask;
        }

        // Before the writing session, which others wait for.
        List<SpanRow> rows = [.. spans.Select(span => SpanRow.Of(span, traceId)).GroupBy(row => row.SpanId).Select(same => same.Last())];
        return database.WriteAsync(
            session =>
            {
                var location = ArtifactLocation(session, experimentId, traceId);
                MakeTrace(session, Number(experimentId), traceId, rows);
                var experiment = (long)session.Scalar("SELECT experiment_id FROM trace_info WHERE request_id = $0" + session.Dialect.ForUpdate, traceId)!;
                var added = Added(session, traceId, rows);
                foreach (var row in rows)
                {
                    Write(session, experiment, traceId, row);
                }

                Extend(session, traceId, rows);
                Write(session, "trace_tags", traceId, [new KeyValue(TraceKeys.SpansLocation, TraceKeys.TrackingStore)]);
                Default(session, "trace_tags", traceId, TraceKeys.ArtifactLocation, location);
                Default(session, "trace_tags", traceId, TraceKeys.TraceName, rows.Find(row => row.ParentSpanId is null)?.Name);
                Default(session, "trace_request_metadata", traceId, TraceKeys.Session, rows.Find(row => row.Session is not null)?.Session);
                Default(session, "trace_request_metadata", traceId, TraceKeys.User, rows.Find(row => row.User is not null)?.User);
                var known = added.IsNone ? null : Metadata(session, traceId, TraceKeys.TokenUsage);

                // A client that has finished the trace has counted these spans already.
                if (!added.IsNone && (known is null || Metadata(session, traceId, TraceKeys.Finalized) is null))
                {
                    var usage = TokenUsage.Parse(known) + added;
                    Write(session, "trace_request_metadata", traceId, [new KeyValue(TraceKeys.TokenUsage, usage.ToString())]);
                    WriteUsage(session, traceId, usage);
                }
            },
            cancellationToken);
    }

    private static void MakeTrace(SqlSession session, long experiment, string traceId, List<SpanRow> rows)
    {
        var start = rows.Min(row => row.Start) / NanosecondsPerMillisecond;
        session.Execute(
            "INSERT INTO trace_info (request_id, experiment_id, timestamp_ms, execution_time_ms, status) VALUES ($0, $1, $2, $3, 'IN_PROGRESS') ON CONFLICT (request_id) DO NOTHING",
            traceId,
            experiment,
            start,
            End(rows) - start);
    }

    private static string? Metadata(SqlSession session, string traceId, string key) =>
        session.Scalar("SELECT value FROM trace_request_metadata WHERE request_id = $0 AND key = $1", traceId, key) as string;

    /// <summary>The trace lasts from its first span's start to its last one's end, unless the client has said itself how long it took.</summary>
    private static void Extend(SqlSession session, string traceId, List<SpanRow> rows)
    {
        if (Metadata(session, traceId, TraceKeys.Finalized) is null)
        {
            session.Execute(
                """
                UPDATE trace_info SET
                    timestamp_ms = CASE WHEN timestamp_ms > $1 THEN $1 ELSE timestamp_ms END,
                    execution_time_ms = CASE
                        WHEN execution_time_ms IS NULL AND CAST($2 AS BIGINT) IS NULL THEN NULL
                        WHEN CAST($2 AS BIGINT) IS NULL OR timestamp_ms + execution_time_ms > $2 THEN timestamp_ms + execution_time_ms
                        ELSE $2 END - CASE WHEN timestamp_ms > $1 THEN $1 ELSE timestamp_ms END
                WHERE request_id = $0
                """,
                traceId,
                rows.Min(row => row.Start) / NanosecondsPerMillisecond,
                End(rows));
        }

        if (rows.Find(row => row.ParentSpanId is null) is { } root)
        {
            session.Execute(
                """
                UPDATE trace_info SET status = CASE WHEN status IN ('IN_PROGRESS', 'STATE_UNSPECIFIED') THEN $1 ELSE status END,
                    request_preview = COALESCE(request_preview, $2), response_preview = COALESCE(response_preview, $3)
                WHERE request_id = $0
                """,
                traceId,
                root.Status == "ERROR" ? "ERROR" : "OK",
                root.RequestPreview,
                root.ResponsePreview);
        }
    }

    /// <summary>Tokens that these spans add: a span that is written again replaces what it said before.</summary>
    private static TokenUsage Added(SqlSession session, string traceId, List<SpanRow> rows)
    {
        var added = default(TokenUsage);
        foreach (var row in rows)
        {
            added += row.Usage;
        }

        session.ForEach(
            $"SELECT content FROM spans WHERE trace_id = $0 AND {session.Dialect.IsIn("span_id", "$1")} AND {session.Dialect.Contains("content", "$2")}",
            row =>
            {
                if (PythonJson.TryParse(row.GetString(0)) is { ValueKind: JsonValueKind.Object } content && content.TryGetProperty("attributes", out var attributes)
                    && attributes.ValueKind == JsonValueKind.Object && attributes.TryGetProperty(TraceKeys.SpanUsage, out var usage) && usage.ValueKind == JsonValueKind.String)
                {
                    added -= TokenUsage.Parse(PythonJson.Text(usage));
                }
            },
            traceId,
            session.Dialect.Set([.. rows.Select(row => row.SpanId)]),
            TraceKeys.SpanUsage);
        return added;
    }

    private static void Write(SqlSession session, long experiment, string traceId, SpanRow span)
    {
        session.Execute(
            $"""
            INSERT INTO spans (trace_id, experiment_id, span_id, parent_span_id, name, type, status, start_time_unix_nano, end_time_unix_nano, content, dimension_attributes)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, {session.Dialect.Json("$10")})
            ON CONFLICT (trace_id, span_id) DO UPDATE SET experiment_id = excluded.experiment_id, parent_span_id = excluded.parent_span_id, name = excluded.name, type = excluded.type,
                status = excluded.status, start_time_unix_nano = excluded.start_time_unix_nano, end_time_unix_nano = excluded.end_time_unix_nano, content = excluded.content,
                dimension_attributes = excluded.dimension_attributes
            """,
            traceId,
            experiment,
            span.SpanId,
            span.ParentSpanId,
            span.Name,
            span.Type,
            span.Status,
            span.Start,
            span.End,
            span.Content,
            span.Dimensions);
        foreach (var (key, value) in span.Costs)
        {
            session.Execute(
                "INSERT INTO span_metrics (trace_id, span_id, key, value) VALUES ($0, $1, $2, $3) ON CONFLICT (trace_id, span_id, key) DO UPDATE SET value = excluded.value",
                traceId,
                span.SpanId,
                key,
                value);
        }
    }

    private static void WriteUsage(SqlSession session, string traceId, TokenUsage usage)
    {
        foreach (var (key, value) in usage.Members)
        {
            session.Execute(
                "INSERT INTO trace_metrics (request_id, key, value) VALUES ($0, $1, $2) ON CONFLICT (request_id, key) DO UPDATE SET value = excluded.value",
                traceId,
                key,
                (double)(long)value!);
        }
    }

    private static void Default(SqlSession session, string table, string traceId, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            session.Execute(
                $"INSERT INTO {table} (key, value, request_id) VALUES ($0, $1, $2) ON CONFLICT DO NOTHING",
                key,
                Contracts.Text.CodePoints.Cut(value, MaxValue),
                traceId);
        }
    }

    /// <returns>Unix milliseconds; null: no span has ended.</returns>
    private static long? End(List<SpanRow> rows) => rows.Max(row => row.End) / NanosecondsPerMillisecond;
}
