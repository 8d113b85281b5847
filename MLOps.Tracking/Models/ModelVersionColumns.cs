using System.Globalization;
using System.Data.Common;
using MLOps.Contracts.Models;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Models;

/// <summary>The columns of a model version and how they are read: its tags and aliases come with it, so that a page of versions is one statement.</summary>
internal static class ModelVersionColumns
{
    private static readonly string Sqlite = Build(SqlDialect.Sqlite);
    private static readonly string Postgres = Build(SqlDialect.Postgres);

    /// <summary>Versions as <c>v</c>.</summary>
    public static string Select(SqlDialect dialect) => dialect == SqlDialect.Sqlite ? Sqlite : Postgres;

    public static ModelVersion Read(DbDataReader row) => new(
        row.GetString(0),
        row.GetInt32(1),
        row.Long(2) ?? 0,
        row.Long(3) ?? 0,
        row.Text(4),
        Stage(row.Text(5)),
        row.Text(6),
        row.Text(7) ?? string.Empty,
        row.Text(8),
        row.Text(9) ?? "READY",
        row.Text(10),
        row.Text(11),
        row.Pairs(13),
        [.. row.FromJson(14, alias => alias[0].GetString()!).Order(StringComparer.Ordinal)],
        row.Text(12));

    public static ModelStage Stage(string? stored) => Enum.TryParse<ModelStage>(stored, ignoreCase: true, out var stage) ? stage : ModelStage.None;

    public static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);

    private static string Build(SqlDialect dialect) =>
        $"""
        SELECT v.name, v.version, v.creation_time, v.last_updated_time, v.user_id, v.current_stage, v.description, v.source, v.run_id, v.status, v.status_message, v.run_link, v.storage_location,
            (SELECT {dialect.JsonRows("t.key, t.value")} FROM model_version_tags t WHERE t.workspace = v.workspace AND t.name = v.name AND t.version = v.version),
            (SELECT {dialect.JsonRows("a.alias")} FROM registered_model_aliases a WHERE a.workspace = v.workspace AND a.name = v.name AND a.version = v.version)
        FROM model_versions v
        """;
}
