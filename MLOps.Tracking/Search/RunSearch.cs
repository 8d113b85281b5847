using System.Globalization;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Search;

/// <summary>Search of runs: MLflow's grammar over attributes, latest metrics, parameters, tags and datasets.</summary>
internal static class RunSearch
{
    private const string RunNameTag = "mlflow.runName";
    private const int MaxOrder = 32;

    private static readonly Dictionary<string, string> TextColumns = new()
    {
        ["run_id"] = "r.run_uuid",
        ["user_id"] = "r.user_id",
        ["status"] = "r.status",
        ["artifact_uri"] = "r.artifact_uri",
    };

    private static readonly Dictionary<string, string> NumberColumns = new()
    {
        ["start_time"] = "r.start_time",
        ["end_time"] = "r.end_time",
    };

    /// <summary>Reads the filter and the order, once for all that is done with them.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: the filter or the order is not MLflow's grammar.</exception>
    public static ParsedRunSearch Parse(SearchRuns query)
    {
        var clauses = FilterParser.Parse(query.Filter, Entity);
        var order = query.OrderBy.Select(text => OrderClause.Parse(text, Entity)).ToList();
        RequireDistinct(order);
        if (order.Count > MaxOrder)
        {
            throw FilterTokenizer.Invalid($"order_by has {order.Count} entries: at most {MaxOrder} are taken.");
        }

        return new ParsedRunSearch(query, clauses, order);
    }

    /// <summary>The search as one statement.</summary>
    /// <param name="search">Filter, order and page.</param>
    /// <param name="offset">Rows before the page.</param>
    /// <param name="dialect">Of which database.</param>
    /// <param name="path">From which end the rows are looked for.</param>
    /// <exception cref="MLOpsException">InvalidArgument: the filter or the order names what runs do not have.</exception>
    public static SqlStatement Translate(ParsedRunSearch search, int offset, SqlDialect dialect, RunSearchPath path = default)
    {
        var (query, clauses, order) = search;
        var sql = new SqlText();
        var joins = new List<string>();
        var ordering = order.SelectMany((clause, i) => path.Order is { } && i == 0 ? [$"o0.value {clause.Direction}"] : Order(sql, clause, i, joins)).ToList();
        if (!order.Exists(clause => clause.Key is { Entity: SearchEntity.Attribute } key && Attribute(key.Key) == "start_time"))
        {
            ordering.Add("r.start_time DESC");
        }

        ordering.Add("r.run_uuid ASC");

        sql.Append("SELECT r.run_uuid, r.experiment_id, r.name, r.user_id, r.status, r.start_time, r.end_time, r.artifact_uri, r.lifecycle_stage FROM ")
            .Append(Source(sql, path))
            .Append(string.Join(' ', joins))
            .Append($" WHERE {InExperiments(sql, dialect, query)} AND ")
            .Append(Storage.Rows.Condition(query.ViewType, "r.lifecycle_stage"));
        if (path.Order is { } depth)
        {
            sql.Append($" AND o0.run_uuid = r.run_uuid AND {WithinDepth(sql, order[0], depth)}");
        }
        else if (path.Filter is not null)
        {
            sql.Append(" AND c.run_uuid = r.run_uuid");
        }

        foreach (var clause in clauses)
        {
            sql.Append(" AND ").Append(Condition(sql, clause));
        }

        return sql.Append($" ORDER BY {string.Join(", ", ordering)} LIMIT {sql.Bind(query.MaxResults + 1L)} OFFSET {sql.Bind(offset)}").Build();
    }

    /// <summary>How many runs the experiments have, up to a bound.</summary>
    public static SqlStatement CountRuns(SearchRuns query, SqlDialect dialect, int bound)
    {
        var sql = new SqlText();
        return sql.Append($"SELECT COUNT(*) FROM (SELECT 1 FROM runs r WHERE {InExperiments(sql, dialect, query)} LIMIT {sql.Bind((long)bound)}) AS p").Build();
    }

    /// <summary>How many runs, of all experiments, a metric's clause holds for, up to a bound.</summary>
    public static SqlStatement CountMetrics(Comparison clause, int bound)
    {
        var sql = new SqlText();
        return sql.Append($"SELECT COUNT(*) FROM (SELECT 1 FROM {MetricRows(sql, clause)} LIMIT {sql.Bind((long)bound)}) AS p").Build();
    }

    // CROSS JOIN: SQLite then begins with the left table, which is the point; to PostgreSQL it is a join like any other.
    private static string Source(SqlText sql, RunSearchPath path) => path switch
    {
        { Order: not null } => "latest_metrics o0 CROSS JOIN runs r ",
        { Filter: { } clause } => $"(SELECT m.run_uuid FROM {MetricRows(sql, clause)}) c CROSS JOIN runs r ",
        _ => "runs r ",
    };

    /// <summary>The rows of a metric that come first, as many as <paramref name="depth"/>, but none of a value that may go on behind them: within these the order is the whole search's.</summary>
    private static string WithinDepth(SqlText sql, OrderClause order, int depth)
    {
        var key = sql.Bind(order.Key.Key);
        var (beyond, end) = order.Ascending ? ("<", double.PositiveInfinity) : (">", double.NegativeInfinity);
        return $"o0.key = {key} AND o0.is_nan = FALSE AND o0.value {beyond} COALESCE((SELECT b.value FROM latest_metrics b WHERE b.key = {key} AND b.is_nan = FALSE ORDER BY b.value {order.Direction} LIMIT 1 OFFSET {sql.Bind((long)depth)}), {sql.Bind(end)})";
    }

    private static string InExperiments(SqlText sql, SqlDialect dialect, SearchRuns query) => query.ExperimentIds is [var only]
        ? $"r.experiment_id = {sql.Bind(Number(only))}"
        : sql.InNumbers(dialect, "r.experiment_id", [.. query.ExperimentIds.Select(Number)]);

    private static string Condition(SqlText sql, Comparison clause) => clause.Key.Entity switch
    {
        SearchEntity.Metric => Metric(sql, clause),
        SearchEntity.Parameter => TagCondition.Of(sql, clause, "params", "t.run_uuid = r.run_uuid"),
        SearchEntity.Tag => TagCondition.Of(sql, clause, "tags", "t.run_uuid = r.run_uuid"),
        SearchEntity.Dataset => Dataset(sql, clause),
        _ => AttributeCondition(sql, clause),
    };

    private static string Metric(SqlText sql, Comparison clause) => $"EXISTS (SELECT 1 FROM {MetricRows(sql, clause)} AND m.run_uuid = r.run_uuid)";

    private static string MetricRows(SqlText sql, Comparison clause) => clause.Value is { } value
        ? $"latest_metrics m WHERE m.key = {sql.Bind(clause.Key.Key)} AND {Comparators.Real(sql, "m.value", clause.Comparator, value, "metric")}"
        : throw NotNullable("metric", clause.Key.Key);

    private static string AttributeCondition(SqlText sql, Comparison clause)
    {
        var key = Attribute(clause.Key.Key) ?? throw UnknownAttribute(clause.Key.Key, "'Created', 'Run Name', 'Run name', 'artifact_uri', 'created', 'end_time', 'run name', 'run_id', 'run_name', 'start_time', 'status', 'user_id'");
        if (clause.Value is not { } value)
        {
            throw NotNullable("attribute", key);
        }

        if (NumberColumns.TryGetValue(key, out var number))
        {
            return Comparators.Number(sql, number, clause.Comparator, value, $"numeric attribute: {key}");
        }

        if (clause.Comparator is "IN" or "NOT IN")
        {
            return key == "run_id"
                ? InRunIds(sql, clause.Comparator == "NOT IN", FilterParser.TextList(value))
                : throw FilterTokenizer.Invalid("Only the 'run_id' attribute supports comparison with a list of quoted string values.");
        }

        var text = FilterParser.Text(value, "attribute");
        Comparators.RequireText(clause.Comparator, "attribute");
        return key == "run_name"
            ? TagCondition.Of(sql, clause with { Key = new SearchKey(SearchEntity.Tag, RunNameTag) }, "tags", "t.run_uuid = r.run_uuid")
            : sql.TextCondition(TextColumns[key], clause.Comparator, text);
    }

    /// <summary>Ids with upper-case letters are no run ids and drop out, as in MLflow.</summary>
    private static string InRunIds(SqlText sql, bool negated, List<string> ids) =>
        sql.InCondition("r.run_uuid", negated, ids.Where(id => !id.Any(char.IsUpper)));

    private static string Dataset(SqlText sql, Comparison clause)
    {
        var column = clause.Key.Key switch
        {
            "name" => "d.name",
            "digest" => "d.digest",
            "context" => "c.value",
            var key => throw UnknownAttribute(key, "'context', 'digest', 'name'", "dataset"),
        };
        if (clause.Value is not { } value)
        {
            throw NotNullable("dataset", clause.Key.Key);
        }

        string condition;
        if (clause.Comparator is "IN" or "NOT IN")
        {
            condition = sql.InCondition(column, clause.Comparator == "NOT IN", FilterParser.TextList(value));
        }
        else
        {
            var text = FilterParser.Text(value, "dataset");
            Comparators.RequireText(clause.Comparator, "dataset");
            condition = sql.TextCondition(column, clause.Comparator, text);
        }

        var context = column == "c.value" ? "JOIN input_tags c ON c.input_uuid = i.input_uuid AND c.name = 'mlflow.data.context' " : string.Empty;
        return $"EXISTS (SELECT 1 FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id {context}WHERE i.destination_type = 'RUN' AND i.destination_id = r.run_uuid AND i.source_type = 'DATASET' AND {condition})";
    }

    /// <summary>NaN sorts after numbers and missing after NaN, in both directions.</summary>
    private static IEnumerable<string> Order(SqlText sql, OrderClause clause, int index, List<string> joins)
    {
        var alias = "o" + index.ToString(CultureInfo.InvariantCulture);
        switch (clause.Key.Entity)
        {
            case SearchEntity.Metric:
                joins.Add($"LEFT JOIN latest_metrics {alias} ON {alias}.run_uuid = r.run_uuid AND {alias}.key = {sql.Bind(clause.Key.Key)}");
                yield return $"CASE WHEN {alias}.is_nan = TRUE THEN 1 WHEN {alias}.value IS NULL THEN 2 ELSE 0 END ASC";
                yield return $"{alias}.value {clause.Direction}";
                break;
            case SearchEntity.Parameter or SearchEntity.Tag:
                var table = clause.Key.Entity == SearchEntity.Tag ? "tags" : "params";
                joins.Add($"LEFT JOIN {table} {alias} ON {alias}.run_uuid = r.run_uuid AND {alias}.key = {sql.Bind(clause.Key.Key)}");
                yield return $"CASE WHEN {alias}.value IS NULL THEN 1 ELSE 0 END ASC";
                yield return $"{alias}.value {clause.Direction}";
                break;
            case SearchEntity.Attribute:
                var key = Attribute(clause.Key.Key) ?? throw UnknownAttribute(clause.Key.Key, "'Created', 'artifact_uri', 'created', 'end_time', 'run_id', 'run_name', 'start_time', 'status', 'user_id'");
                var column = key == "run_name" ? "r.name" : TextColumns.GetValueOrDefault(key) ?? NumberColumns[key];
                yield return $"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END ASC";
                yield return $"{column} {clause.Direction}";
                break;
            default:
                throw FilterTokenizer.Invalid("Invalid order_by entity: dataset");
        }
    }

    private static void RequireDistinct(List<OrderClause> order)
    {
        if (order.DistinctBy(clause => clause.Key).Count() != order.Count)
        {
            throw new MLOpsException(
                ProblemCode.Internal,
                $"`order_by` contains duplicate fields: [{string.Join(", ", order.Select(clause => $"'{clause.Key.Entity}.{clause.Key.Key}'"))}]");
        }
    }

    /// <summary>Aliases to the attribute's own name; null: no such attribute.</summary>
    private static string? Attribute(string key) => key switch
    {
        "run_name" or "run name" or "Run name" or "Run Name" => "run_name",
        "created" or "Created" => "start_time",
        _ => TextColumns.ContainsKey(key) || NumberColumns.ContainsKey(key) ? key : null,
    };

    private static SearchEntity Entity(string name) => name switch
    {
        "metric" or "metrics" => SearchEntity.Metric,
        "param" or "params" or "parameter" or "parameters" => SearchEntity.Parameter,
        "tag" or "tags" => SearchEntity.Tag,
        "attribute" or "attributes" or "attr" or "run" => SearchEntity.Attribute,
        "dataset" or "datasets" => SearchEntity.Dataset,
        _ => throw FilterTokenizer.Invalid($"Invalid entity type '{name}'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']"),
    };

    private static long Number(string experimentId) =>
        long.TryParse(experimentId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new MLOpsException(ProblemCode.Internal, $"invalid literal for int() with base 10: '{experimentId}'");

    private static MLOpsException NotNullable(string entity, string key) =>
        FilterTokenizer.Invalid($"IS NULL / IS NOT NULL is only supported for tags and params, not for '{entity}' '{key}'");

    private static MLOpsException UnknownAttribute(string key, string known, string entity = "attribute") =>
        FilterTokenizer.Invalid($"Invalid {entity} key '{key}' specified. Valid keys are '{{{known}}}'");
}
