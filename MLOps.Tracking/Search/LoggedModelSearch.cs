using System.Globalization;
using MLOps.Contracts.Problems;
using MLOps.Tracking.LoggedModels;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Search;

/// <summary>Search of logged models by attributes, metrics (perhaps on given datasets), parameters and tags.</summary>
internal static class LoggedModelSearch
{
    private const int MaxOrder = 32;
    private const string Created = "l.creation_timestamp_ms";
    private const string Tags = "(SELECT model_id, tag_key AS key, tag_value AS value FROM logged_model_tags)";
    private const string Params = "(SELECT model_id, param_key AS key, param_value AS value FROM logged_model_params)";

    private static readonly Dictionary<string, string> TextColumns = new()
    {
        ["name"] = "l.name",
        ["model_name"] = "l.name",
        ["model_id"] = "l.model_id",
        ["model_type"] = "l.model_type",
        ["source_run_id"] = "l.source_run_id",
        ["status"] = "l.status",
    };

    private static readonly Dictionary<string, string> NumberColumns = new()
    {
        ["creation_timestamp"] = Created,
        ["creation_timestamp_ms"] = Created,
        ["creation_time"] = Created,
        ["last_updated_timestamp"] = "l.last_updated_timestamp_ms",
        ["last_updated_timestamp_ms"] = "l.last_updated_timestamp_ms",
        ["experiment_id"] = "l.experiment_id",
    };

    public static SqlStatement Translate(SearchLoggedModels query, int offset, SqlDialect dialect)
    {
        var sql = new SqlText();
        var joins = new List<string>();
        if (query.OrderBy.Count > MaxOrder)
        {
            throw FilterTokenizer.Invalid($"order_by has {query.OrderBy.Count} entries: at most {MaxOrder} are taken.");
        }

        var order = query.OrderBy.SelectMany((by, index) => Order(sql, by, index, joins)).ToList();
        if (!order.Exists(entry => entry.StartsWith(Created, StringComparison.Ordinal)))
        {
            order.Add(Created + " DESC");
        }

        order.Add("l.model_id ASC");
        sql.Append(SqlLoggedModelStore.Columns + " ")
            .Append(string.Join(' ', joins))
            .Append($" WHERE l.lifecycle_stage <> 'deleted' AND {sql.InNumbers(dialect, "l.experiment_id", [.. query.ExperimentIds.Select(Number)])}");
        var onMetrics = false;
        foreach (var clause in FilterParser.Parse(query.Filter, Entity))
        {
            onMetrics |= clause.Key.Entity == SearchEntity.Metric;
            sql.Append(" AND ").Append(clause.Key.Entity switch
            {
                SearchEntity.Attribute => Attribute(sql, clause),
                SearchEntity.Tag => TagCondition.Of(sql, clause, Tags, "t.model_id = l.model_id", hasLists: true),
                SearchEntity.Parameter => TagCondition.Of(sql, clause, Params, "t.model_id = l.model_id", hasLists: true),
                _ => Metric(sql, clause, query.Datasets),
            });
        }

        if (query.Datasets.Count > 0 && !onMetrics)
        {
            sql.Append($" AND EXISTS (SELECT 1 FROM logged_model_metrics m WHERE m.model_id = l.model_id{On(sql, query.Datasets)})");
        }

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

        if (clause.Key.Key == "status")
        {
            return Status(sql, clause.Comparator, FilterParser.Text(value, "attribute"));
        }

        if (clause.Comparator is "IN" or "NOT IN")
        {
            return sql.InCondition(column, clause.Comparator == "NOT IN", FilterParser.TextList(value));
        }

        Comparators.RequireText(clause.Comparator, "attribute");
        return sql.TextCondition(column, clause.Comparator, FilterParser.Text(value, "attribute"));
    }

    private static string Status(SqlText sql, string comparator, string name)
    {
        if (comparator is not ("=" or "!="))
        {
            throw FilterTokenizer.Invalid($"Invalid comparator for attribute status: {comparator}. Expected one of =, !=");
        }

        var number = name.ToUpperInvariant() switch
        {
            "PENDING" or "LOGGED_MODEL_PENDING" => 1L,
            "READY" or "LOGGED_MODEL_READY" => 2L,
            "FAILED" or "UPLOAD_FAILED" or "LOGGED_MODEL_UPLOAD_FAILED" => 3L,
            _ => throw FilterTokenizer.Invalid($"Invalid status '{name}': expected PENDING, READY or FAILED"),
        };
        return $"l.status {comparator} {sql.Bind(number)}";
    }

    private static string Metric(SqlText sql, Comparison clause, IReadOnlyList<DatasetKey> datasets)
    {
        if (clause.Value is not { } value)
        {
            throw FilterTokenizer.Invalid($"IS NULL / IS NOT NULL is only supported for tags and params, not for 'metric' '{clause.Key.Key}'");
        }

        var exists = $"EXISTS (SELECT 1 FROM logged_model_metrics m WHERE m.model_id = l.model_id AND m.metric_name = {sql.Bind(clause.Key.Key)}";
        return $"{exists}{On(sql, datasets)} AND {Comparators.Real(sql, "m.metric_value", clause.Comparator, value, "metric")})";
    }

    private static string On(SqlText sql, IReadOnlyList<DatasetKey> datasets) =>
        datasets.Count == 0 ? string.Empty : $" AND ({string.Join(" OR ", datasets.Select(dataset => Dataset(sql, "m", dataset)))})";

    private static string Dataset(SqlText sql, string alias, DatasetKey dataset) => dataset.Digest is { Length: > 0 } digest
        ? $"({alias}.dataset_name = {sql.Bind(dataset.Name)} AND {alias}.dataset_digest = {sql.Bind(digest)})"
        : $"{alias}.dataset_name = {sql.Bind(dataset.Name)}";

    /// <summary>Missing values sort last, in both directions.</summary>
    private static IEnumerable<string> Order(SqlText sql, LoggedModelOrder by, int index, List<string> joins)
    {
        var direction = by.Ascending ? "ASC" : "DESC";
        var key = FilterParser.Identifier(by.Field, Entity);
        if (key.Entity == SearchEntity.Attribute)
        {
            var column = Column(key.Key);
            yield return $"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END ASC";
            yield return $"{column} {direction}";
            yield break;
        }

        var alias = "o" + index.ToString(CultureInfo.InvariantCulture);
        if (key.Entity == SearchEntity.Metric)
        {
            // The latest value: greatest time, then greatest step.
            var on = by.Dataset is { } dataset ? $" AND {Dataset(sql, "x", dataset)}" : string.Empty;
            joins.Add($"LEFT JOIN (SELECT x.model_id, x.metric_value AS value, ROW_NUMBER() OVER (PARTITION BY x.model_id ORDER BY x.metric_timestamp_ms DESC, x.metric_step DESC) AS place FROM logged_model_metrics x WHERE x.metric_name = {sql.Bind(key.Key)}{on}) {alias} ON {alias}.model_id = l.model_id AND {alias}.place = 1");
        }
        else
        {
            joins.Add($"LEFT JOIN {(key.Entity == SearchEntity.Tag ? Tags : Params)} {alias} ON {alias}.model_id = l.model_id AND {alias}.key = {sql.Bind(key.Key)}");
        }

        yield return $"CASE WHEN {alias}.value IS NULL THEN 1 ELSE 0 END ASC";
        yield return $"{alias}.value {direction}";
    }

    private static string Column(string field) => TextColumns.GetValueOrDefault(field) ?? NumberColumns.GetValueOrDefault(field)
        ?? throw FilterTokenizer.Invalid($"Invalid attribute key '{field}' specified. Valid keys are '{{'creation_timestamp', 'last_updated_timestamp', 'model_id', 'model_type', 'name', 'source_run_id', 'status'}}'");

    private static SearchEntity Entity(string name) => name switch
    {
        "metric" or "metrics" => SearchEntity.Metric,
        "param" or "params" or "parameter" or "parameters" => SearchEntity.Parameter,
        "tag" or "tags" => SearchEntity.Tag,
        "attribute" or "attributes" or "attr" => SearchEntity.Attribute,
        _ => throw FilterTokenizer.Invalid($"Invalid entity type '{name}'. Valid values are ['metric', 'parameter', 'tag', 'attribute']"),
    };

    private static long Number(string experimentId) =>
        long.TryParse(experimentId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"Invalid experiment ID '{experimentId}'. Experiment ID must be a valid integer.");
}
