using MLOps.Tracking.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Search;

/// <summary>Search of traces by attributes, tags, metadata, spans and assessments.</summary>
internal static class TraceSearch
{
    private const int MaxOrder = 32;
    private const string Tags = "trace_tags";
    private const string Metadata = "trace_request_metadata";
    private const string EndTime = "t.timestamp_ms + COALESCE(t.execution_time_ms, 0)";
    private const string Valid = "{'client_request_id', 'end_time', 'end_time_ms', 'execution_time', 'execution_time_ms', 'name', 'prompt', 'request_id', 'run_id', 'status', 'text', 'timestamp', 'timestamp_ms', 'trace_id'}";

    private static readonly Dictionary<string, string> NumberColumns = new()
    {
        ["timestamp"] = "t.timestamp_ms",
        ["timestamp_ms"] = "t.timestamp_ms",
        ["execution_time"] = "t.execution_time_ms",
        ["execution_time_ms"] = "t.execution_time_ms",
        ["end_time"] = EndTime,
        ["end_time_ms"] = EndTime,
    };

    private static readonly Dictionary<string, string> TextColumns = new()
    {
        ["request_id"] = "t.request_id",
        ["trace_id"] = "t.request_id",
        ["status"] = "t.status",
        ["client_request_id"] = "t.client_request_id",
    };

    /// <summary>The ids of a page, and one more when there is one.</summary>
    public static SqlStatement Translate(SearchTraces query, int offset, SqlDialect dialect)
    {
        if (query.OrderBy.Count > MaxOrder)
        {
            throw FilterTokenizer.Invalid($"order_by has {query.OrderBy.Count} entries: at most {MaxOrder} are taken.");
        }

        var sql = new SqlText();
        var order = Order(sql, query.OrderBy);
        sql.Append("SELECT t.request_id FROM trace_info t WHERE ");
        Where(sql, dialect, query.ExperimentIds, query.Filter);
        return sql.Append($" ORDER BY {order} LIMIT {sql.Bind(query.MaxResults + 1L)} OFFSET {sql.Bind(offset)}").Build();
    }

    /// <summary>The condition on <c>trace_info t</c>: in these experiments, which are not deleted, and matching the filter.</summary>
    public static void Where(SqlText sql, SqlDialect dialect, IReadOnlyList<string> experimentIds, string? filter)
    {
        sql.Append(sql.InNumbers(dialect, "t.experiment_id", [.. experimentIds.Select(TraceRows.Experiment)]))
            .Append(" AND EXISTS (SELECT 1 FROM experiments e WHERE e.experiment_id = t.experiment_id AND e.lifecycle_stage = 'active')");
        var ofSpans = new List<string>();
        foreach (var clause in FilterParser.Parse(filter, Entity))
        {
            if (OfSpan(clause) is { } spanClause)
            {
                ofSpans.Add(SpanCondition.Of(sql, dialect, spanClause));
            }
            else
            {
                sql.Append(" AND ").Append(Condition(sql, dialect, clause));
            }
        }

        // What a filter says of spans, it says of one and the same.
        if (ofSpans.Count > 0)
        {
            sql.Append($" AND EXISTS (SELECT 1 FROM spans s WHERE s.trace_id = t.request_id AND {string.Join(" AND ", ofSpans)})");
        }
    }

    /// <summary>A clause on spans, or on the text of the trace, which is that of its spans; null: it is neither.</summary>
    private static Comparison? OfSpan(Comparison clause) => clause.Key switch
    {
        { Entity: SearchEntity.Span } => clause,
        { Entity: SearchEntity.Attribute, Key: "text" } => clause with { Key = new SearchKey(SearchEntity.Span, "content") },
        _ => null,
    };

    private static string Condition(SqlText sql, SqlDialect dialect, Comparison clause) => clause.Key.Entity switch
    {
        SearchEntity.Tag => Pair(sql, dialect, clause, Tags, clause.Key.Key),
        SearchEntity.RequestMetadata => clause.Key.Key == TraceKeys.SourceRun && clause.Comparator == "=" ? Run(sql, clause) : Pair(sql, dialect, clause, Metadata, clause.Key.Key),
        SearchEntity.Feedback => AssessmentCondition.Of(sql, dialect, clause, AssessmentKind.Feedback),
        SearchEntity.Expectation => AssessmentCondition.Of(sql, dialect, clause, AssessmentKind.Expectation),
        SearchEntity.Issue => Issue(sql, clause),
        _ => Attribute(sql, dialect, clause),
    };

    private static string Attribute(SqlText sql, SqlDialect dialect, Comparison clause)
    {
        var key = clause.Key.Key;
        switch (key)
        {
            case "name":
                return Pair(sql, dialect, clause, Tags, TraceKeys.TraceName);
            case "run_id":
                return clause.Comparator == "=" ? Run(sql, clause) : Pair(sql, dialect, clause, Metadata, TraceKeys.SourceRun);
            case "prompt":
                return Prompt(sql, clause);
            default:
                break;
        }

        if (NumberColumns.TryGetValue(key, out var number))
        {
            return clause.Value is { } value ? Comparators.Number(sql, number, clause.Comparator, value, $"numeric attribute: {key}") : $"{number} {clause.Comparator}";
        }

        var column = TextColumns.GetValueOrDefault(key) ?? throw FilterTokenizer.Invalid($"Invalid attribute key '{key}' specified. Valid keys are '{Valid}'");
        return clause.Value is null ? $"{column} {clause.Comparator}" : TextCondition.Of(sql, dialect, column, clause, "attribute");
    }

    /// <summary>A trace is of a run when it says so itself, or when it was linked to it.</summary>
    private static string Run(SqlText sql, Comparison clause)
    {
        var run = sql.Bind(FilterParser.Text(clause.Value!.Value, "attribute"));
        return "(EXISTS (SELECT 1 FROM entity_associations a WHERE a.source_type = 'trace' AND a.source_id = t.request_id AND a.destination_type = 'run' AND a.destination_id = " + run
            + $") OR EXISTS (SELECT 1 FROM {Metadata} p WHERE p.request_id = t.request_id AND p.key = {sql.Bind(TraceKeys.SourceRun)} AND p.value = {run}))";
    }

    private static string Prompt(SqlText sql, Comparison clause) => clause.Comparator == "="
        ? "EXISTS (SELECT 1 FROM entity_associations a WHERE a.source_type = 'trace' AND a.source_id = t.request_id AND a.destination_type = 'prompt_version' AND a.destination_id = "
            + sql.Bind(FilterParser.Text(clause.Value!.Value, "attribute")) + ")"
        : throw FilterTokenizer.Invalid($"Invalid comparator '{clause.Comparator}' for prompts filter. Only '=' is supported with format: prompt = \"name/version\"");

    private static string Pair(SqlText sql, SqlDialect dialect, Comparison clause, string table, string key)
    {
        var exists = $"EXISTS (SELECT 1 FROM {table} p WHERE p.request_id = t.request_id AND p.key = {sql.Bind(key)}";
        return clause.Value is null
            ? clause.Comparator == "IS NULL" ? $"NOT {exists})" : exists + ")"
            : $"{exists} AND {TextCondition.Of(sql, dialect, "p.value", clause, "tag")})";
    }

    /// <summary>An issue's reference to a trace is an assessment whose name is the issue's id.</summary>
    private static string Issue(SqlText sql, Comparison clause)
    {
        if (clause.Key.Key != "id")
        {
            throw FilterTokenizer.Invalid($"Invalid issue attribute '{clause.Key.Key}'. Supported attributes: id");
        }

        return clause is { Comparator: "=", Value: { } value }
            ? "EXISTS (SELECT 1 FROM assessments a WHERE a.trace_id = t.request_id AND a.assessment_type = 'issue' AND a.name = " + sql.Bind(FilterParser.Text(value, "issue")) + ")"
            : throw FilterTokenizer.Invalid($"issue.id comparator '{clause.Comparator}' not one of '{{'='}}'");
    }

    /// <summary>Missing values sort last, in both directions; then the newest first.</summary>
    private static string Order(SqlText sql, IReadOnlyList<string> given)
    {
        var order = new List<string>();
        var seen = new HashSet<SearchKey>();
        foreach (var text in given)
        {
            var clause = OrderClause.Parse(text, Entity);
            if (!seen.Add(clause.Key))
            {
                throw FilterTokenizer.Invalid($"`order_by` contains duplicate fields: [{string.Join(", ", given.Select(field => $"'{field}'"))}]");
            }

            var column = Column(sql, clause.Key);
            order.Add($"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END");
            order.Add($"{column} {clause.Direction}");
        }

        order.Add("t.timestamp_ms DESC");
        order.Add("t.request_id ASC");
        return string.Join(", ", order);
    }

    private static string Column(SqlText sql, SearchKey key) => key switch
    {
        { Entity: SearchEntity.Tag } => Value(sql, Tags, key.Key),
        { Entity: SearchEntity.RequestMetadata } => Value(sql, Metadata, key.Key),
        { Entity: SearchEntity.Attribute, Key: "name" } => Value(sql, Tags, TraceKeys.TraceName),
        { Entity: SearchEntity.Attribute, Key: "run_id" } => Value(sql, Metadata, TraceKeys.SourceRun),
        { Entity: SearchEntity.Attribute, Key: "experiment_id" } => "t.experiment_id",
        { Entity: SearchEntity.Attribute } when (NumberColumns.GetValueOrDefault(key.Key) ?? TextColumns.GetValueOrDefault(key.Key)) is { } column => column,
        { Entity: SearchEntity.Attribute } => throw FilterTokenizer.Invalid($"Invalid attribute key '{key.Key}' specified. Valid keys are '{Valid}'"),
        _ => throw FilterTokenizer.Invalid($"Invalid identifier type '{key.Entity}'"),
    };

    private static string Value(SqlText sql, string table, string key) => $"(SELECT p.value FROM {table} p WHERE p.request_id = t.request_id AND p.key = {sql.Bind(key)})";

    private static SearchEntity Entity(string name) => name switch
    {
        "tag" or "tags" => SearchEntity.Tag,
        "metadata" or "request_metadata" => SearchEntity.RequestMetadata,
        "attribute" or "attributes" or "trace" => SearchEntity.Attribute,
        "span" => SearchEntity.Span,
        "feedback" => SearchEntity.Feedback,
        "expectation" => SearchEntity.Expectation,
        "issue" => SearchEntity.Issue,
        _ => throw FilterTokenizer.Invalid($"Invalid entity type '{name}'. Valid values are {{'attribute', 'attributes', 'expectation', 'feedback', 'issue', 'metadata', 'request_metadata', 'span', 'tag', 'tags', 'trace'}}"),
    };
}
