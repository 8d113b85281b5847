using System.Data.Common;
using MLOps.Contracts.Models;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Models;

/// <summary>The columns of a registered model and how they are read, its tags and aliases with it.</summary>
internal static class RegisteredModelColumns
{
    private static readonly string Sqlite = Build(SqlDialect.Sqlite);
    private static readonly string Postgres = Build(SqlDialect.Postgres);

    /// <summary>Models as <c>m</c>.</summary>
    public static string Select(SqlDialect dialect) => dialect == SqlDialect.Sqlite ? Sqlite : Postgres;

    /// <summary>All but the latest versions.</summary>
    public static RegisteredModel Read(DbDataReader row) => new(
        row.GetString(0),
        row.Long(1) ?? 0,
        row.Long(2) ?? 0,
        row.Text(3),
        [],
        row.Pairs(4),
        [.. row.FromJson(5, alias => new ModelAlias(alias[0].GetString()!, alias[1].GetInt32())).OrderBy(alias => alias.Alias, StringComparer.Ordinal)]);

    private static string Build(SqlDialect dialect) =>
        $"""
        SELECT m.name, m.creation_time, m.last_updated_time, m.description,
            (SELECT {dialect.JsonRows("t.key, t.value")} FROM registered_model_tags t WHERE t.workspace = m.workspace AND t.name = m.name),
            (SELECT {dialect.JsonRows("a.alias, a.version")} FROM registered_model_aliases a WHERE a.workspace = m.workspace AND a.name = m.name)
        FROM registered_models m
        """;
}
