using System.Text.RegularExpressions;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Search;

/// <summary>Conditions on a row <c>spans s</c>. Attributes are looked for in the text of the span's JSON, as MLflow does.</summary>
internal static class SpanCondition
{
    private const string Attributes = "attributes.";
    private const string Content = "s.content";

    public static string Of(SqlText sql, SqlDialect dialect, Comparison clause)
    {
        var key = clause.Key.Key;
        if (clause.Value is not { } value)
        {
            throw FilterTokenizer.Invalid($"IS NULL / IS NOT NULL is only supported for tags, metadata and assessments, not for 'span' '{key}'");
        }

        return key switch
        {
            "name" or "type" or "status" => TextCondition.Of(sql, dialect, "s." + key, clause, "span"),
            "content" => clause.Comparator is "LIKE" or "ILIKE"
                ? sql.TextCondition(Content, clause.Comparator, FilterParser.Text(value, "span"))
                : throw FilterTokenizer.Invalid($"span.content comparator '{clause.Comparator}' not one of '{{'ILIKE', 'LIKE'}}'"),
            _ when key.StartsWith(Attributes, StringComparison.Ordinal) => Attribute(sql, dialect, clause, value, Name(key[Attributes.Length..])),
            _ => throw FilterTokenizer.Invalid($"Invalid span attribute '{key}'. Supported attributes: name, status, type, attributes.<attribute_name>."),
        };
    }

    private static string Attribute(SqlText sql, SqlDialect dialect, Comparison clause, FilterToken value, string name)
    {
        var quoted = PythonJson.Dump(name);
        switch (clause.Comparator)
        {
            case "=" or "IN":
                return "(" + string.Join(" OR ", Values(clause, value).SelectMany(text => Fragments(quoted, text)).Select(fragment => dialect.Contains(Content, sql.Bind(fragment)))) + ")";
            case "!=" or "NOT IN":
                var other = string.Join(" OR ", Values(clause, value).SelectMany(text => Fragments(quoted, text)).Select(fragment => dialect.Contains(Content, sql.Bind(fragment))));
                return $"{dialect.Contains(Content, sql.Bind(quoted + ": "))} AND NOT ({other})";
            case "LIKE" or "ILIKE":
                return sql.TextCondition(Content, clause.Comparator, $"%{quoted}{FilterParser.Text(value, "span")}%");
            case "RLIKE":
                var pattern = FilterParser.Text(value, "span");
                SearchPattern.Parse(pattern);
                var begin = pattern.StartsWith('^') ? "\"\\\\\"" : "\"\\\\\".*";
                var end = pattern.EndsWith('$') ? "\\\\\"" : string.Empty;
                var inner = pattern[(pattern.StartsWith('^') ? 1 : 0)..(pattern.Length > 1 && pattern.EndsWith('$') ? ^1 : ^0)];
                return TextCondition.Matches(sql, dialect, Content, $"{Regex.Escape(quoted)}: {begin}{inner}{end}");
            default:
                return TextCondition.Of(sql, dialect, Content, clause, "span");
        }
    }

    /// <summary>A value is kept as JSON text: texts with quotes of their own, numbers without.</summary>
    private static IEnumerable<string> Fragments(string quoted, string text) =>
    [
        $"{quoted}: {PythonJson.Dump(PythonJson.Dump(text, ascii: false))}",
        $"{quoted}: {PythonJson.Dump(text)}",
    ];

    private static List<string> Values(Comparison clause, FilterToken value) => clause.Comparator is "IN" or "NOT IN" ? FilterParser.TextList(value) : [FilterParser.Text(value, "span")];

    private static string Name(string given)
    {
        var name = given.Trim('`', '"');
        return name.Length > 0 ? name : throw FilterTokenizer.Invalid("Span attribute name cannot be empty after 'attributes.'");
    }
}
