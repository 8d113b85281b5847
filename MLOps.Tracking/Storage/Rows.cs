using System.Data.Common;
using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;

namespace MLOps.Tracking.Storage;

/// <summary>Columns to values, and back.</summary>
internal static class Rows
{
    public static string? Text(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? Long(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static KeyValue Pair(DbDataReader row) => new(row.GetString(0), row.Text(1) ?? string.Empty);

    /// <summary>What <see cref="SqlDialect.JsonRows"/> put into one column.</summary>
    public static List<T> FromJson<T>(this DbDataReader row, int column, Func<JsonElement, T> map)
    {
        if (row.Text(column) is not { Length: > 2 } json)
        {
            return [];
        }

        using var rows = JsonDocument.Parse(json);
        return [.. rows.RootElement.EnumerateArray().Select(map)];
    }

    /// <inheritdoc cref="FromJson{T}"/>
    public static List<KeyValue> Pairs(this DbDataReader row, int column) => row.FromJson(column, pair => new KeyValue(pair[0].GetString()!, pair[1].GetString() ?? string.Empty));

    public static LifecycleStage Lifecycle(string? stored) => stored == "deleted" ? LifecycleStage.Deleted : LifecycleStage.Active;

    public static string Stored(this LifecycleStage stage) => stage == LifecycleStage.Deleted ? "deleted" : "active";

    public static string Stored(this RunStatus status) => status switch
    {
        RunStatus.Running => "RUNNING",
        RunStatus.Scheduled => "SCHEDULED",
        RunStatus.Finished => "FINISHED",
        RunStatus.Failed => "FAILED",
        RunStatus.Killed => "KILLED",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "unknown run status"),
    };

    public static RunStatus Status(string? stored) => stored switch
    {
        "SCHEDULED" => RunStatus.Scheduled,
        "FINISHED" => RunStatus.Finished,
        "FAILED" => RunStatus.Failed,
        "KILLED" => RunStatus.Killed,
        _ => RunStatus.Running,
    };

    /// <summary>The lifecycle stages that a view shows, as an SQL condition.</summary>
    public static string Condition(this ViewType view, string column) => view switch
    {
        ViewType.DeletedOnly => $"{column} = 'deleted'",
        ViewType.All => "1 = 1",
        _ => $"{column} = 'active'",
    };
}
