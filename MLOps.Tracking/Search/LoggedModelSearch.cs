using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Search;

/// <summary>Search of logged models by attributes, parameters and tags.</summary>
internal static class LoggedModelSearch
{
    private static readonly Dictionary<string, string> TextColumns = new()
    {
        ["name"] = "l.name",
        ["model_id"] = "l.model_id",
        ["model_type"] = "l.model_type",
        ["source_run_id"] = "l.source_run_id",
    };

    private static readonly Dictionary<string, string> NumberColumns = new()
    {
        ["creation_timestamp"] = "l.creation_timestamp_ms",
        ["creation_time"] = "l.creation_timestamp_ms",
        ["last_updated_timestamp"] = "l.last_updated_timestamp_ms",
    };

    public static SqlStatement Translate(SearchLoggedModels query, int offset)
    {
        var sql = new SqlText();
        sql.Append("SELECT l.model_id, l.experiment_id, l.name, l.artifact_location, l.creation_timestamp_ms, l.last_updated_timestamp_ms, l.status, l.model_type, l.source_run_id FROM logged_models l WHERE l.lifecycle_stage = 'active' AND ")
            .Append(sql.InCondition("l.experiment_id", negated: false, query.ExperimentIds));
        foreach (var clause in FilterParser.Parse(query.Filter, Entity))
        {
            sql.Append(" AND ").Append(clause.Key.Entity switch
            {
                SearchEntity.Attribute => Attribute(sql, clause),
                SearchEntity.Tag => TagCondition.Of(sql, clause, "(SELECT model_id, tag_key AS key, tag_value AS value FROM logged_model_tags)", "t.model_id = l.model_id"),
                SearchEntity.Parameter => TagCondition.Of(sql, clause, "(SELECT model_id, param_key AS key, param_value AS value FROM logged_model_params)", "t.model_id = l.model_id"),
                _ => throw Unsupported($"a filter on '{clause.Key.Key}'"),
            });
        }

        var order = query.OrderBy.Select(by => $"{Column(by.Field)} {(by.Ascending ? "ASC" : "DESC")}").ToList();
        if (order.Count == 0)
        {
            order.Add("l.creation_timestamp_ms DESC");
        }

        order.Add("l.model_id ASC");
        return sql.Append($" ORDER BY {string.Join(", ", order)} LIMIT {sql.Bind(query.MaxResults + 1L)} OFFSET {sql.Bind(offset)}").Build();
    }

    private static string Attribute(SqlText sql, Comparison clause)
    {
        var column = Column(clause.Key.Key);
        if (clause.Value is not { } value)
        {
            return $"{column} {clause.Comparator}";
        }

        if (NumberColumns.ContainsKey(clause.Key.Key))
        {
            return Comparators.Number(sql, column, clause.Comparator, value, $"numeric attribute: {clause.Key.Key}");
        }

        if (clause.Comparator is "IN" or "NOT IN")
        {
            return sql.InCondition(column, clause.Comparator == "NOT IN", FilterParser.TextList(value));
        }

        Comparators.RequireText(clause.Comparator, "attribute");
        return sql.TextCondition(column, clause.Comparator, FilterParser.Text(value, "attribute"));
    }

    private static string Column(string field) => TextColumns.GetValueOrDefault(field) ?? NumberColumns.GetValueOrDefault(field) ?? throw Unsupported($"'{field}'");

    private static SearchEntity Entity(string name) => name switch
    {
        "metric" or "metrics" => SearchEntity.Metric,
        "param" or "params" or "parameter" or "parameters" => SearchEntity.Parameter,
        "tag" or "tags" => SearchEntity.Tag,
        "attribute" or "attributes" or "attr" => SearchEntity.Attribute,
        _ => throw FilterTokenizer.Invalid($"Invalid entity type '{name}'. Valid values are ['metric', 'parameter', 'tag', 'attribute']"),
    };

    private static MLOpsException Unsupported(string what) => new(
        ProblemCode.NotImplemented,
        $"logged-models/search does not take {what} here: it takes name, model_id, model_type, source_run_id, creation_timestamp, last_updated_timestamp, parameters and tags. See docs/mlflow-differences.md.");
}
