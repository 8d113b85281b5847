using System.Globalization;
using System.Data.Common;
using MLOps.Contracts.Models;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Models;

/// <summary>The columns of a model version and how they are read.</summary>
internal static class ModelVersionColumns
{
    public const string Select =
        "SELECT v.name, v.version, v.creation_time, v.last_updated_time, v.user_id, v.current_stage, v.description, v.source, v.run_id, v.status, v.status_message, v.run_link, v.storage_location FROM model_versions v";

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
        [],
        [],
        row.Text(12));

    public static ModelStage Stage(string? stored) => Enum.TryParse<ModelStage>(stored, ignoreCase: true, out var stage) ? stage : ModelStage.None;

    public static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);
}
