using System.Globalization;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Models;

/// <summary>The table of the registry's history, wherever the models themselves are.
/// A model's lines share a key that a rename keeps; the newest line of a name leads to the key, the newest line of a key to the model's name now.</summary>
internal static class RegistryHistory
{
    private const string Production = nameof(ModelStage.Production);

    /// <returns>Null: the model of this name has no line yet.</returns>
    public static string? Key(SqlSession session, string name) => LastLine(session, name)?.Key;

    /// <returns>The refusal of a name that was given up; null: no model has given it up.</returns>
    public static MLOpsException? Renamed(SqlSession session, string name) =>
        (session.Scalar("SELECT model_key FROM mlops_registry_history WHERE name = $0 ORDER BY id DESC LIMIT 1", name)
            ?? session.Scalar("SELECT model_key FROM mlops_registry_history WHERE kind = 'rename' AND from_value = $0 ORDER BY id DESC LIMIT 1", name)) is string moved
            ? new MLOpsException(ProblemCode.NotFound, $"There is no model '{name}' any more: it was renamed to '{NameNow(session, moved)}'.")
            : null;

    /// <summary>Lines to append to a model's history.</summary>
    /// <param name="now">Unix ms. A clock that was set back does not turn the history around.</param>
    public static HistoryLines Lines(SqlSession session, string name, ChangeNote? note, long now)
    {
        var last = LastLine(session, name);
        return new HistoryLines(session, last?.Key ?? Guid.NewGuid().ToString("n"), name, Math.Max(now, last?.At ?? 0), note ?? ChangeNote.None);
    }

    /// <param name="before">Lines with smaller ids only.</param>
    public static Page<RegistryChange> Page(SqlSession session, string key, SearchHistory query, long before)
    {
        var sql = HistoryColumns.Select + " WHERE h.model_key = $0 AND h.id < $1";
        var arguments = new List<object?> { key, before };
        if (query.Kind is { } kind)
        {
            sql += $" AND h.kind = ${arguments.Count}";
            arguments.Add(HistoryColumns.Text(kind));
        }

        if (query.Version is { } version)
        {
            sql += $" AND h.version = ${arguments.Count}";
            arguments.Add(version);
        }

        sql += $" ORDER BY h.id DESC LIMIT ${arguments.Count}";
        arguments.Add(query.MaxResults + 1);
        var lines = session.Query(sql, HistoryColumns.Read, [.. arguments]);
        if (lines.Count <= query.MaxResults)
        {
            return new Page<RegistryChange>(lines, null);
        }

        lines.RemoveRange(query.MaxResults, lines.Count - query.MaxResults);
        return new Page<RegistryChange>(lines, lines[^1].Id.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The lines that brought versions into the stage in which they were at a moment, newest version first.</summary>
    /// <param name="at">Unix ms.</param>
    public static List<RegistryChange> InStageAt(SqlSession session, string key, ModelStage stage, long at) => session.Query(
        HistoryColumns.Select
            + " JOIN (SELECT version, MAX(id) AS id FROM mlops_registry_history WHERE model_key = $0 AND kind = 'stage' AND timestamp_ms <= $1 GROUP BY version) l ON l.id = h.id WHERE h.to_value = $2 ORDER BY h.version DESC",
        HistoryColumns.Read,
        key,
        at,
        stage.ToString());

    /// <param name="at">Unix ms.</param>
    /// <returns>The last move of an alias up to a moment.</returns>
    public static RegistryChange? AliasAt(SqlSession session, string key, string alias, long at) => session.First(
        HistoryColumns.Select + " WHERE h.model_key = $0 AND h.kind = 'alias' AND h.alias = $1 AND h.timestamp_ms <= $2 ORDER BY h.id DESC LIMIT 1",
        HistoryColumns.Read,
        key,
        alias,
        at);

    /// <returns>The line that brought a version where it is; null: another program did.</returns>
    public static RegistryChange? LastStageLine(SqlSession session, string? key, ModelVersion version)
    {
        var line = key is null
            ? null
            : session.First(
                HistoryColumns.Select + " WHERE h.model_key = $0 AND h.kind = 'stage' AND h.version = $1 ORDER BY h.id DESC LIMIT 1",
                HistoryColumns.Read,
                key,
                version.Version);
        return line?.To == version.Stage.ToString() ? line : null;
    }

    /// <summary>A deleted model's version numbers start again when a model of its name is made: older lines are about other versions.</summary>
    public static bool HasBeenInStage(SqlSession session, string key, int version, ModelStage stage) => session.Scalar(
        "SELECT 1 FROM mlops_registry_history WHERE model_key = $0 AND kind = 'stage' AND version = $1 AND to_value = $2 AND id > (SELECT COALESCE(MAX(d.id), 0) FROM mlops_registry_history d WHERE d.model_key = $0 AND d.kind = 'delete') LIMIT 1",
        key,
        version,
        stage.ToString()) is not null;

    /// <summary>The versions in the order of their promotions, the newest last. A version that came back to Production, by a rollback or by hand,
    /// takes back what was promoted after it; a deleted one does not count.</summary>
    /// <param name="serving">The versions in Production now.</param>
    public static List<int> Promotions(SqlSession session, string name, IReadOnlyList<ModelVersion> serving)
    {
        var order = new List<int>();
        if (Key(session, name) is { } key)
        {
            foreach (var line in session.Query(
                HistoryColumns.Select + " WHERE h.model_key = $0 AND (h.kind = 'delete' OR (h.kind = 'stage' AND h.to_value IN ('Production', 'Deleted'))) ORDER BY h.id",
                HistoryColumns.Read,
                key))
            {
                if (line.Kind == RegistryChangeKind.Delete)
                {
                    order.Clear();
                }
                else if (line.To != Production)
                {
                    order.Remove(line.Version!.Value);
                }
                else if (order.IndexOf(line.Version!.Value) is var place and >= 0)
                {
                    order.RemoveRange(place + 1, order.Count - place - 1);
                }
                else
                {
                    order.Add(line.Version!.Value);
                }
            }
        }

        // What another program promoted is not in the history: it counts as the newest.
        order.AddRange(serving.Select(version => version.Version).Except(order).Order());
        return order;
    }

    /// <summary>With nothing in Production the newest promotion is the one to go back to, else the one below it.</summary>
    /// <param name="promotions">The versions that still exist, in the order of <see cref="Promotions"/>.</param>
    /// <exception cref="MLOpsException">InvalidState: there is none to go back to.</exception>
    public static ModelVersion RollbackTarget(string name, IReadOnlyList<ModelVersion> promotions, IReadOnlyList<ModelVersion> serving)
    {
        var place = promotions.Count - (serving.Count == 0 ? 1 : 2);
        return place >= 0 ? promotions[place] : throw new MLOpsException(ProblemCode.InvalidState, serving.Count == 0
            ? $"The model '{name}' cannot be rolled back: no version of it that still exists has been in Production."
            : $"The model '{name}' cannot be rolled back: version {serving[0].Version} is in Production and no earlier version that still exists has been there.");
    }

    public static RegistryHolding Holding(RegistryChange? line, ModelVersion? current) =>
        new(line?.Version ?? current!.Version, line?.At, line?.By, line?.Comment, current);

    /// <returns>The last line of the model that has this name now.</returns>
    private static LastLineOf? LastLine(SqlSession session, string name) => session.First(
        """
        SELECT l.model_key, l.timestamp_ms FROM mlops_registry_history l
        WHERE l.name = $0 AND l.id = (
            SELECT h.id FROM mlops_registry_history h
            WHERE h.model_key = (SELECT n.model_key FROM mlops_registry_history n WHERE n.name = $0 ORDER BY n.id DESC LIMIT 1)
            ORDER BY h.id DESC LIMIT 1)
        """,
        row => new LastLineOf(row.GetString(0), row.GetInt64(1)),
        name);

    private sealed record LastLineOf(string Key, long At);

    private static string? NameNow(SqlSession session, string key) =>
        (string?)session.Scalar("SELECT name FROM mlops_registry_history WHERE model_key = $0 ORDER BY id DESC LIMIT 1", key);
}
