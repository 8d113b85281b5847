namespace MLOps.Tracking.Search;

/// <summary>Search of experiments: by name, times and tags.</summary>
internal static class ExperimentSearch
{
    private static readonly string[] FilterKeys = ["creation_time", "last_update_time", "name"];
    private static readonly string[] OrderKeys = ["creation_time", "experiment_id", "last_update_time", "name"];

    public static SqlStatement Translate(SearchExperiments query, int offset)
    {
        var sql = new SqlText()
            .Append("SELECT e.experiment_id, e.name, e.artifact_location, e.lifecycle_stage, e.creation_time, e.last_update_time FROM experiments e WHERE e.workspace = 'default' AND ")
            .Append(Storage.Rows.Condition(query.ViewType, "e.lifecycle_stage"));
        foreach (var clause in FilterParser.Parse(query.Filter, Entity))
        {
            sql.Append(" AND ").Append(clause.Key.Entity == SearchEntity.Tag
                ? TagCondition.Of(sql, clause, "experiment_tags", "t.experiment_id = e.experiment_id")
                : Attribute(sql, clause));
        }

        sql.Append(" ORDER BY ").Append(Order(query.OrderBy));
        return sql.Append($" LIMIT {sql.Bind(query.MaxResults + 1L)} OFFSET {sql.Bind(offset)}").Build();
    }

    private static string Attribute(SqlText sql, Comparison clause)
    {
        var key = Known(clause.Key.Key, FilterKeys);
        if (clause.Value is not { } value)
        {
            throw FilterTokenizer.Invalid($"IS NULL / IS NOT NULL is only supported for tags and params, not for 'attribute' '{key}'");
        }

        if (clause.Comparator is "IN" or "NOT IN")
        {
            throw FilterTokenizer.Invalid("Only the 'run_id' attribute supports comparison with a list of quoted string values.");
        }

        if (key != "name")
        {
            return Comparators.Number(sql, "e." + key, clause.Comparator, value, $"numeric attribute: {key}");
        }

        Comparators.RequireText(clause.Comparator, "attribute");
        return sql.TextCondition("e.name", clause.Comparator, FilterParser.Text(value, "attribute"));
    }

    private static string Order(IReadOnlyList<string> orderBy)
    {
        if (orderBy.Count == 0)
        {
            return "e.creation_time DESC, e.experiment_id ASC";
        }

        var clauses = orderBy.Select(text => OrderClause.Parse(text, Entity)).ToList();
        if (clauses.Find(clause => clause.Key.Entity == SearchEntity.Tag) is { Key.Key: not null })
        {
            throw FilterTokenizer.Invalid("Invalid order_by entity: tag");
        }

        var order = clauses.Select(clause => $"e.{Known(clause.Key.Key, OrderKeys)} {clause.Direction}").ToList();
        if (!clauses.Exists(clause => clause.Key.Key == "experiment_id"))
        {
            order.Add("e.experiment_id DESC");
        }

        return string.Join(", ", order);
    }

    private static string Known(string key, string[] keys) => keys.Contains(key)
        ? key
        : throw FilterTokenizer.Invalid($"Invalid attribute key '{key}' specified. Valid keys are '{{{string.Join(", ", keys.Select(k => $"'{k}'"))}}}'");

    private static SearchEntity Entity(string name) => name switch
    {
        "attribute" => SearchEntity.Attribute,
        "tag" or "tags" => SearchEntity.Tag,
        _ => throw FilterTokenizer.Invalid($"Invalid entity type '{name}'. Valid entity types are ('attribute', 'tag', 'tags')"),
    };
}
