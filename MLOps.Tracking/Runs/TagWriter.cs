using MLOps.Contracts.Experiments;
using MLOps.Contracts.Text;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

/// <summary>Tags: the last one written wins. <c>mlflow.runName</c> renames the run.</summary>
internal sealed class TagWriter : SetWriter<RunRows<KeyValue>>
{
    public const string RunName = "mlflow.runName";

    /// <summary>MLflow cuts longer values silently (its MLFLOW_TRUNCATE_LONG_VALUES is on by default).</summary>
    private const int MaxValue = 8000;

    private const string Insert = "INSERT INTO tags (key, value, run_uuid)";

    private const string Replace = "ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value";

    private const string Upsert = Insert + " VALUES ($0, $1, $2) " + Replace;

    private const string UpsertMany = Insert + " SELECT * FROM unnest($0::text[], $1::text[], $2::text[]) " + Replace;

    private const string Rename = "UPDATE runs SET name = $0 WHERE run_uuid = $1";

    private static readonly RowsStatement UpsertRows = new(Insert, 3, Replace);

    public static readonly TagWriter Instance = new();

    /// <summary>One tag of one run, inside other work.</summary>
    public static void Write(SqlSession session, string runId, KeyValue tag) => session.Execute(Upsert, tag.Key, Cut(tag.Value), runId);

    public static string Cut(string value) => CodePoints.Cut(value, MaxValue);

    /// <summary>Rows of several runs at once; a key of a run appears once.</summary>
    public static void WriteMany(SqlSession session, List<(string RunId, KeyValue Tag)> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        if (session.Dialect.HasArrays)
        {
            session.Execute(UpsertMany, Arrays(rows));
            return;
        }

        session.ExecuteRows(UpsertRows, rows, Bind);
    }

    /// <summary>The same for a batch.</summary>
    public static void AddMany(SqlBatch batch, List<(string RunId, KeyValue Tag)> rows)
    {
        if (rows.Count > 0)
        {
            batch.Add(UpsertMany, Arrays(rows));
        }
    }

    private static object[] Arrays(List<(string RunId, KeyValue Tag)> rows) =>
        [rows.ConvertAll(row => row.Tag.Key).ToArray(), rows.ConvertAll(row => Cut(row.Tag.Value)).ToArray(), rows.ConvertAll(row => row.RunId).ToArray()];

    private static void Bind(SqliteRow statement, (string RunId, KeyValue Tag) row)
    {
        statement.Text(0, row.Tag.Key);
        statement.Text(1, Cut(row.Tag.Value));
        statement.Text(2, row.RunId);
    }

    protected override void WriteSet(SqlSession session, ReadOnlySpan<SetItem<RunRows<KeyValue>>> items)
    {
        RunRows.RequireActiveRuns(session, items);
        var last = Last(items);
        WriteMany(session, last);
        foreach (var (runId, tag) in last.Where(row => row.Tag.Key == RunName))
        {
            session.Execute(Rename, Cut(tag.Value), runId);
        }
    }

    protected override void AddSet(SqlSession session, SqlBatch batch, ReadOnlySpan<SetItem<RunRows<KeyValue>>> items)
    {
        RunRows.RequireActiveRuns(batch, items);
        var last = Last(items);
        AddMany(batch, last);
        foreach (var (runId, tag) in last.Where(row => row.Tag.Key == RunName))
        {
            batch.Add(Rename, Cut(tag.Value), runId);
        }
    }

    /// <summary>The last value of each key, in one order for all writers.</summary>
    private static List<(string RunId, KeyValue Tag)> Last(ReadOnlySpan<SetItem<RunRows<KeyValue>>> items)
    {
        var last = new SortedDictionary<(string RunId, string Key), KeyValue>(Comparer<(string RunId, string Key)>.Create((a, b) =>
            string.CompareOrdinal(a.RunId, b.RunId) is var runs and not 0 ? runs : string.CompareOrdinal(a.Key, b.Key)));
        foreach (var item in items)
        {
            if (!item.IsRejected)
            {
                foreach (var tag in item.Item.Rows)
                {
                    last[(item.Item.RunId, tag.Key)] = tag;
                }
            }
        }

        return [.. last.Select(row => (row.Key.RunId, row.Value))];
    }
}
