using System.Globalization;
using MLOps.Contracts.Models;
using MLOps.Tracking.Models;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Search;

/// <summary>Search of registered models and of their versions. Prompts (tag <c>mlflow.prompt.is_prompt</c>) are hidden unless the filter asks for them.</summary>
internal static class ModelSearch
{
    private const string ModelPrompt =
        "EXISTS (SELECT 1 FROM registered_model_tags p WHERE p.workspace = m.workspace AND p.name = m.name AND p.key = '" + PromptTag.Key + "' AND LOWER(p.value) = 'true')";

    private const string VersionPrompt =
        "EXISTS (SELECT 1 FROM model_version_tags p WHERE p.workspace = v.workspace AND p.name = v.name AND p.version = v.version AND p.key = '" + PromptTag.Key + "' AND LOWER(p.value) = 'true')";

    public static SqlStatement Models(SearchModels query, int offset, SqlDialect dialect)
    {
        var sql = new SqlText()
            .Append(RegisteredModelColumns.Select(dialect))
            .Append(" JOIN (SELECT m.name FROM registered_models m WHERE m.workspace = 'default'");
        var asksForPrompts = false;
        foreach (var clause in FilterParser.Parse(query.Filter, Entity))
        {
            asksForPrompts |= clause.Key is { Entity: SearchEntity.Tag, Key: PromptTag.Key };
            sql.Append(" AND ").Append(clause.Key switch
            {
                { Entity: SearchEntity.Tag, Key: PromptTag.Key } => Prompt(clause, ModelPrompt),
                { Entity: SearchEntity.Tag } => TagCondition.Of(sql, clause, "registered_model_tags", "t.workspace = m.workspace AND t.name = m.name"),
                _ => Name(sql, clause, "m.name", ["name"]),
            });
        }

        if (!asksForPrompts)
        {
            sql.Append($" AND NOT {ModelPrompt}");
        }

        var order = Order(query.OrderBy, new() { ["name"] = "m.name", ["timestamp"] = "m.last_updated_time", ["last_updated_timestamp"] = "m.last_updated_time" }, "'name', 'timestamp'", "order by key");
        if (!order.Exists(clause => clause.StartsWith("m.name", StringComparison.Ordinal)))
        {
            order.Add("m.name ASC");
        }

        return Page(sql, order, query.MaxResults, offset, "m.workspace = 'default' AND m.name = p.name");
    }

    public static SqlStatement Versions(SearchModels query, int offset, SqlDialect dialect)
    {
        var sql = new SqlText()
            .Append(ModelVersionColumns.Select(dialect))
            .Append(" JOIN (SELECT v.name, v.version FROM model_versions v WHERE v.workspace = 'default' AND v.current_stage <> 'Deleted_Internal'");
        var asksForPrompts = false;
        foreach (var clause in FilterParser.Parse(query.Filter, Entity))
        {
            asksForPrompts |= clause.Key is { Entity: SearchEntity.Tag, Key: PromptTag.Key };
            sql.Append(" AND ").Append(clause.Key switch
            {
                { Entity: SearchEntity.Tag, Key: PromptTag.Key } => Prompt(clause, VersionPrompt),
                { Entity: SearchEntity.Tag } => TagCondition.Of(sql, clause, "model_version_tags", "t.workspace = v.workspace AND t.name = v.name AND t.version = v.version"),
                _ => VersionAttribute(sql, clause),
            });
        }

        if (!asksForPrompts)
        {
            sql.Append($" AND NOT {VersionPrompt}");
        }

        var order = Order(
            query.OrderBy,
            new()
            {
                ["name"] = "v.name",
                ["version_number"] = "v.version",
                ["creation_timestamp"] = "v.creation_time",
                ["last_updated_timestamp"] = "v.last_updated_time",
            },
            "'creation_timestamp', 'last_updated_timestamp', 'name', 'version_number'",
            "attribute key");
        if (order.Count == 0)
        {
            order.Add("v.last_updated_time DESC");
        }

        foreach (var last in new[] { "v.name ASC", "v.version DESC" })
        {
            if (!order.Exists(clause => clause.StartsWith(last[..last.IndexOf(' ', StringComparison.Ordinal)], StringComparison.Ordinal)))
            {
                order.Add(last);
            }
        }

        return Page(sql, order, query.MaxResults, offset, "v.workspace = 'default' AND v.name = p.name AND v.version = p.version");
    }

    /// <summary>The page is found first: tags and aliases are put together for its rows only.</summary>
    private static SqlStatement Page(SqlText sql, List<string> order, int rows, int offset, string join)
    {
        var by = " ORDER BY " + string.Join(", ", order);
        return sql.Append($"{by} LIMIT {sql.Bind(rows + 1L)} OFFSET {sql.Bind(offset)}) p ON {join}{by}").Build();
    }

    /// <summary>Python's client asks for what is no prompt by <c>!= 'true'</c>, and means models without the tag too.</summary>
    private static string Prompt(Comparison clause, string isPrompt)
    {
        Comparators.RequireText(clause.Comparator, "tag");
        var wanted = FilterParser.Text(clause.Value ?? throw FilterTokenizer.Invalid($"Expected a value for tag '{PromptTag.Key}'"), "tag").Equals("true", StringComparison.OrdinalIgnoreCase);
        return wanted == (clause.Comparator != "!=") ? isPrompt : "NOT " + isPrompt;
    }

    private static string VersionAttribute(SqlText sql, Comparison clause)
    {
        switch (clause.Key.Key)
        {
            case "version_number" when clause.Value is { } number:
                return Comparators.Number(sql, "v.version", clause.Comparator, number, "numeric attribute: version_number");
            case "run_id" when clause is { Comparator: "IN" or "NOT IN", Value: { } list }:
                return sql.InCondition("v.run_id", clause.Comparator == "NOT IN", FilterParser.TextList(list));
            case "run_id":
                return Name(sql, clause, "v.run_id", ["run_id"]);
            case "source_path":
                return Name(sql, clause, "v.source", ["source_path"]);
            default:
                return Name(sql, clause, "v.name", ["name", "run_id", "source_path", "version_number"]);
        }
    }

    private static string Name(SqlText sql, Comparison clause, string column, string[] known)
    {
        if (!known.Contains(clause.Key.Key))
        {
            throw FilterTokenizer.Invalid($"Invalid attribute key '{clause.Key.Key}' specified. Valid keys are '{{{string.Join(", ", known.Select(key => $"'{key}'"))}}}'");
        }

        if (clause.Value is not { } value)
        {
            throw FilterTokenizer.Invalid($"IS NULL / IS NOT NULL is only supported for tags, not for 'attribute' '{clause.Key.Key}'");
        }

        if (clause.Comparator is "IN" or "NOT IN")
        {
            throw FilterTokenizer.Invalid("Only the 'run_id' attribute supports comparison with a list of quoted string values.");
        }

        Comparators.RequireText(clause.Comparator, "attribute");
        return sql.TextCondition(column, clause.Comparator, FilterParser.Text(value, "attribute"));
    }

    private static List<string> Order(IReadOnlyList<string> orderBy, Dictionary<string, string> columns, string known, string what)
    {
        var clauses = orderBy.Select(text => OrderClause.Parse(text, Entity)).ToList();
        return
        [
            .. clauses.Select(clause => clause.Key.Entity == SearchEntity.Attribute && columns.TryGetValue(clause.Key.Key, out var column)
                ? string.Create(CultureInfo.InvariantCulture, $"{column} {clause.Direction}")
                : throw FilterTokenizer.Invalid($"Invalid {(what == "order by key" ? what : "attribute key")} '{clause.Key.Key}' specified. Valid keys are '{{{known}}}'")),
        ];
    }

    private static SearchEntity Entity(string name) => name switch
    {
        "attribute" or "attributes" or "attr" or "model" => SearchEntity.Attribute,
        "tag" or "tags" => SearchEntity.Tag,
        _ => throw FilterTokenizer.Invalid($"Invalid entity type '{name}'. Valid entity types are ('attribute', 'tag', 'tags')"),
    };
}
