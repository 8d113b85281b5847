using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Search;

/// <summary>Conditions on text, with lists and regular expressions, as the search of traces has them.</summary>
internal static class TextCondition
{
    private static readonly string[] Comparators = ["!=", "=", "IN", "NOT IN", "LIKE", "ILIKE", "RLIKE"];

    public static string Of(SqlText sql, SqlDialect dialect, string column, Comparison clause, string what) => clause.Comparator switch
    {
        "IN" or "NOT IN" => sql.InCondition(column, clause.Comparator == "NOT IN", FilterParser.TextList(clause.Value!.Value)),
        "RLIKE" => Matches(sql, dialect, column, FilterParser.Text(clause.Value!.Value, what)),
        _ when !Comparators.Contains(clause.Comparator) =>
            throw FilterTokenizer.Invalid($"Invalid comparator '{clause.Comparator}' not one of '{{{string.Join(", ", Comparators.Select(comparator => $"'{comparator}'"))}}}'"),
        _ => sql.TextCondition(column, clause.Comparator, FilterParser.Text(clause.Value!.Value, what)),
    };

    public static string Matches(SqlText sql, SqlDialect dialect, string column, string pattern)
    {
        SearchPattern.Parse(pattern);
        return dialect.Matches(column, sql.Bind(pattern));
    }
}
