namespace MLOps.Tracking.Search;

/// <summary>Conditions on key-value tables. <c>!=</c> matches only what has the key, as MLflow's inner join does.</summary>
internal static class TagCondition
{
    /// <param name="sql">The statement being built.</param>
    /// <param name="clause">A clause on a tag or parameter.</param>
    /// <param name="table">Its table, with columns key and value.</param>
    /// <param name="owner">Ties the row <c>t</c> to the searched thing.</param>
    /// <param name="hasLists">Whether the grammar has IN and NOT IN here.</param>
    public static string Of(SqlText sql, Comparison clause, string table, string owner, bool hasLists = false)
    {
        var exists = $"EXISTS (SELECT 1 FROM {table} t WHERE {owner} AND t.key = {sql.Bind(clause.Key.Key)}";
        if (clause.Value is not { } value)
        {
            return clause.Comparator == "IS NULL" ? $"NOT {exists})" : $"{exists})";
        }

        if (hasLists && clause.Comparator is "IN" or "NOT IN")
        {
            return $"{exists} AND {sql.InCondition("t.value", clause.Comparator == "NOT IN", FilterParser.TextList(value))})";
        }

        var entity = clause.Key.Entity == SearchEntity.Parameter ? "parameter" : "tag";
        var text = FilterParser.Text(value, entity);
        Comparators.RequireText(clause.Comparator, entity);
        return $"{exists} AND {sql.TextCondition("t.value", clause.Comparator, text)})";
    }
}
