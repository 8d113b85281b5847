using MLOps.Tracking.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Search;

/// <summary>Conditions on a trace's feedback and expectations. What another assessment overrides does not count; what was said of a whole session counts for each of its traces.</summary>
internal static class AssessmentCondition
{
    // Of a JSON text what is between its quotes, otherwise the JSON.
    private const string Text = "CASE WHEN a.value LIKE '\"%' THEN SUBSTR(a.value, 2, LENGTH(a.value) - 2) ELSE a.value END";

    public static string Of(SqlText sql, SqlDialect dialect, Comparison clause, AssessmentKind kind)
    {
        if (clause.Key.Key.Length == 0)
        {
            throw FilterTokenizer.Invalid("Assessment field name cannot be empty");
        }

        var condition = $"a.assessment_type = '{kind.Name()}' AND a.name = {sql.Bind(clause.Key.Key)} AND a.valid = TRUE";
        if (clause.Value is { } value)
        {
            condition += " AND " + Value(sql, dialect, clause, value);
        }

        // The sessions are looked up once, not for each trace.
        var session = sql.Bind(TraceKeys.Session);
        var found = $"""
            (EXISTS (SELECT 1 FROM assessments a WHERE a.trace_id = t.request_id AND {condition})
            OR t.request_id IN (SELECT o.request_id FROM trace_request_metadata o WHERE o.key = {session} AND o.value IN (
                SELECT p.value FROM assessments a JOIN trace_request_metadata p ON p.request_id = a.trace_id AND p.key = {session}
                WHERE {condition} AND {dialect.Contains("a.assessment_metadata", sql.Bind($"\"{TraceKeys.Session}\":"))})))
            """;
        return clause.Comparator == "IS NULL" ? "NOT " + found : found;
    }

    /// <summary>A text is kept as JSON, so that <c>'true'</c> is the word as well as the value.</summary>
    private static string Value(SqlText sql, SqlDialect dialect, Comparison clause, FilterToken value) => clause.Comparator switch
    {
        "=" or "!=" => Is(sql, clause.Comparator == "!=", [FilterParser.Text(value, "assessment")]),
        "IN" or "NOT IN" => Is(sql, clause.Comparator == "NOT IN", FilterParser.TextList(value)),
        _ => TextCondition.Of(sql, dialect, Text, clause, "assessment"),
    };

    private static string Is(SqlText sql, bool negated, List<string> texts) => sql.InCondition("a.value", negated, texts.SelectMany(text => new[] { text, PythonJson.Dump(text) }));
}
