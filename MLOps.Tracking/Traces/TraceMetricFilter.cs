using MLOps.Tracking.Search;

namespace MLOps.Tracking.Traces;

/// <summary>A filter of a metrics query: <c>trace.status = 'OK'</c>, <c>trace.tag.x = 'y'</c>, <c>span.name = 'z'</c>. Equality is all there is.</summary>
internal static class TraceMetricFilter
{
    public static string Of(SqlText sql, TraceMetricView view, string filter)
    {
        if (FilterParser.Parse(filter, Entity) is not [{ Comparator: "=", Value: { } value } clause] || clause.Key.Entity == SearchEntity.Dataset)
        {
            throw FilterTokenizer.Invalid($"Invalid filter '{filter}': expected one comparison with '=', for example trace.status = 'OK'");
        }

        var text = sql.Bind(FilterParser.Text(value, "filter"));
        return (clause.Key.Entity, clause.Key.Key.Split('.', 2)) switch
        {
            (SearchEntity.Attribute, ["status"]) => $"t.status = {text}",
            (SearchEntity.Attribute, ["tag", var key]) => Pair(sql, "trace_tags", key, text),
            (SearchEntity.Attribute, ["metadata", var key]) => Pair(sql, "trace_request_metadata", key, text),
            (SearchEntity.Span, [("name" or "status" or "type") and var column]) => Only(view, TraceMetricView.Spans, $"s.{column} = {text}"),
            (SearchEntity.Feedback, ["name"]) => Only(view, TraceMetricView.Assessments, $"a.name = {text}"),
            (SearchEntity.Feedback, ["type"]) => Only(view, TraceMetricView.Assessments, $"a.assessment_type = {text}"),
            _ => throw FilterTokenizer.Invalid($"Invalid filter '{filter}': expected trace.status, trace.tag.<key>, trace.metadata.<key>, span.name, span.status, span.type, assessment.name or assessment.type"),
        };
    }

    private static string Pair(SqlText sql, string table, string key, string text) =>
        $"EXISTS (SELECT 1 FROM {table} p WHERE p.request_id = t.request_id AND p.key = {sql.Bind(key.Trim('`', '"'))} AND p.value = {text})";

    private static string Only(TraceMetricView view, TraceMetricView needed, string condition) => view == needed
        ? condition
        : throw FilterTokenizer.Invalid($"Filtering by {(needed == TraceMetricView.Spans ? "span" : "assessment")} is only supported for {needed.ToString().ToUpperInvariant()} view type, got {view.ToString().ToUpperInvariant()}");

    private static SearchEntity Entity(string name) => name switch
    {
        "trace" => SearchEntity.Attribute,
        "span" => SearchEntity.Span,
        "assessment" => SearchEntity.Feedback,
        _ => SearchEntity.Dataset,
    };
}
