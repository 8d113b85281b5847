using System.Globalization;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.EvaluationDatasets;

/// <summary>Search of evaluation datasets: by name, times, authors and tags.</summary>
internal static class DatasetSearch
{
    public const string Columns = "d.dataset_id, d.name, d.schema, d.profile, d.digest, d.created_time, d.last_update_time, d.created_by, d.last_updated_by";

    private static readonly string[] Times = ["created_time", "last_update_time"];
    private static readonly string[] FilterKeys = ["created_by", "created_time", "last_update_time", "last_updated_by", "name"];
    private static readonly string[] OrderKeys = ["created_time", "last_update_time", "name"];

    public static SqlStatement Translate(SearchEvaluationDatasets query, SqlDialect dialect, int offset)
    {
        var sql = new SqlText().Append($"SELECT {Columns} FROM evaluation_datasets d WHERE d.workspace = 'default'");
        if (query.ExperimentIds.Count > 0)
        {
            sql.Append($" AND EXISTS (SELECT 1 FROM entity_associations a WHERE a.source_type = '{DatasetRows.Entity}' AND a.source_id = d.dataset_id AND a.destination_type = 'experiment' AND ")
                .Append(dialect.IsIn("a.destination_id", sql.Bind(dialect.Set(query.ExperimentIds))) + ")");
        }

        foreach (var clause in FilterParser.Parse(query.Filter, Entity))
        {
            sql.Append(" AND ").Append(clause.Key.Entity == SearchEntity.Tag
                ? TagCondition.Of(sql, clause, "evaluation_dataset_tags", "t.dataset_id = d.dataset_id")
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
            throw FilterTokenizer.Invalid($"Invalid comparator for attribute: {clause.Comparator}");
        }

        if (Times.Contains(key))
        {
            return Comparators.Number(sql, "d." + key, clause.Comparator, value, $"numeric attribute: {key}");
        }

        Comparators.RequireText(clause.Comparator, "string attribute");
        return sql.TextCondition("d." + key, clause.Comparator, FilterParser.Text(value, "attribute"));
    }

    private static string Order(IReadOnlyList<string> orderBy) => string.Join(
        ", ",
        (orderBy.Count == 0 ? ["created_time DESC"] : orderBy)
            .Select(text => OrderClause.Parse(text, Entity))
            .Select(clause => clause.Key.Entity == SearchEntity.Attribute
                ? string.Create(CultureInfo.InvariantCulture, $"d.{Known(clause.Key.Key, OrderKeys)} {clause.Direction}")
                : throw FilterTokenizer.Invalid("Invalid order_by entity: tag"))
            .Append("d.dataset_id DESC"));

    private static string Known(string key, string[] keys) => keys.Contains(key)
        ? key
        : throw FilterTokenizer.Invalid($"Invalid attribute key '{key}' specified. Valid keys are: {{{string.Join(", ", keys.Select(k => $"'{k}'"))}}}");

    private static SearchEntity Entity(string name) => name switch
    {
        "attribute" or "attributes" => SearchEntity.Attribute,
        "tag" or "tags" => SearchEntity.Tag,
        _ => throw FilterTokenizer.Invalid($"Invalid identifier token '{name}' specified"),
    };
}
