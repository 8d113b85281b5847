using System.Data.Common;
using MLOps.Contracts.Models;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Models;

/// <summary>The columns of the registry's history and how they are read.</summary>
internal static class HistoryColumns
{
    public const string Select =
        "SELECT h.id, h.kind, h.name, h.version, h.alias, h.from_value, h.to_value, h.timestamp_ms, h.by_user, h.comment FROM mlops_registry_history h";

    public static RegistryChange Read(DbDataReader row) => new(
        row.GetInt64(0),
        Kind(row.GetString(1)),
        row.GetString(2),
        (int?)row.Long(3),
        row.Text(4),
        row.Text(5),
        row.Text(6),
        row.GetInt64(7),
        row.GetString(8),
        row.Text(9));

    public static string Text(RegistryChangeKind kind) => kind switch
    {
        RegistryChangeKind.Stage => "stage",
        RegistryChangeKind.Alias => "alias",
        RegistryChangeKind.Rename => "rename",
        RegistryChangeKind.Delete => "delete",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind of registry change"),
    };

    private static RegistryChangeKind Kind(string stored) => stored switch
    {
        "stage" => RegistryChangeKind.Stage,
        "alias" => RegistryChangeKind.Alias,
        "rename" => RegistryChangeKind.Rename,
        "delete" => RegistryChangeKind.Delete,
        _ => throw new InvalidOperationException($"The registry history has a line of the unknown kind '{stored}'."),
    };
}
