using System.Data.Common;
using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Traces;

/// <summary>Reads traces with their tags, metadata and assessments: four statements, however many traces.</summary>
internal static class TraceRows
{
    public const string AssessmentColumns =
        "SELECT trace_id, assessment_id, name, assessment_type, value, error, created_timestamp, last_updated_timestamp, source_type, source_id, span_id, rationale, overrides, valid, assessment_metadata FROM assessments";

    public static TraceInfo Require(SqlSession session, string traceId) => Read(session, [traceId]) is [var trace] ? trace : throw Missing(traceId);

    public static void RequireExists(SqlSession session, string traceId)
    {
        if (session.Scalar("SELECT 1 FROM trace_info WHERE request_id = $0", traceId) is null)
        {
            throw Missing(traceId);
        }
    }

    public static MLOpsException Missing(string traceId) => new(ProblemCode.NotFound, $"Trace with ID '{traceId}' not found.");

    /// <summary>Those that exist, each once, in the order asked for.</summary>
    public static IReadOnlyList<TraceInfo> Read(SqlSession session, IReadOnlyList<string> traceIds)
    {
        var set = session.Dialect.Set(traceIds);
        var tags = Pairs(session, "trace_tags", set);
        var metadata = Pairs(session, "trace_request_metadata", set);
        var assessments = session
            .Query($"{AssessmentColumns} WHERE {session.Dialect.IsIn("trace_id", "$0")} ORDER BY created_timestamp, {session.Dialect.RowPlace}", Assessment, set)
            .ToLookup(assessment => assessment.TraceId);
        var traces = session
            .Query(
                $"SELECT request_id, experiment_id, timestamp_ms, execution_time_ms, status, client_request_id, request_preview, response_preview FROM trace_info WHERE {session.Dialect.IsIn("request_id", "$0")}",
                row => new TraceInfo(
                    row.GetString(0),
                    row.GetInt64(1).ToString(CultureInfo.InvariantCulture),
                    row.GetInt64(2),
                    row.Long(3),
                    row.GetString(4),
                    row.Text(5),
                    row.Text(6),
                    row.Text(7),
                    [.. tags[row.GetString(0)]],
                    [.. metadata[row.GetString(0)]],
                    [.. assessments[row.GetString(0)]]),
                set)
            .ToDictionary(trace => trace.TraceId);
        return [.. traceIds.Distinct().Where(traces.ContainsKey).Select(id => traces[id])];
    }

    public static Assessment Assessment(DbDataReader row) => new(
        row.GetString(1),
        row.GetString(0),
        row.GetString(2),
        AssessmentKinds.Parse(row.GetString(3)),
        row.GetString(4),
        row.Text(5),
        row.GetInt64(6),
        row.GetInt64(7),
        row.GetString(8),
        row.Text(9),
        row.Text(10),
        row.Text(11),
        row.Text(12),
        row.GetBoolean(13),
        Metadata(row.Text(14)));

    public static long Experiment(string experimentId) =>
        long.TryParse(experimentId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"Invalid experiment ID '{experimentId}'. Experiment ID must be a valid integer.");

    private static List<KeyValue> Metadata(string? json) => PythonJson.TryParse(json) is { ValueKind: System.Text.Json.JsonValueKind.Object } members
        ? [.. members.EnumerateObject().Select(member => new KeyValue(member.Name, member.Value.ValueKind == System.Text.Json.JsonValueKind.String ? PythonJson.Text(member.Value) : member.Value.GetRawText()))]
        : [];

    private static ILookup<string, KeyValue> Pairs(SqlSession session, string table, object set) => session
        .Query($"SELECT key, value, request_id FROM {table} WHERE {session.Dialect.IsIn("request_id", "$0")} ORDER BY key", row => (Trace: row.GetString(2), Pair: Rows.Pair(row)), set)
        .ToLookup(row => row.Trace, row => row.Pair);
}
