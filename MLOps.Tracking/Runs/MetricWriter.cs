using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

/// <summary>Metric values: every one into the history (exact duplicates once), the greatest (step, timestamp, value) of a key into the latest.
/// A NaN is stored, and so compares, as 0; an infinity as the greatest double.</summary>
internal sealed class MetricWriter : SetWriter<RunRows<Metric>>
{
    private const string Columns = " (key, value, timestamp, run_uuid, step, is_nan)";

    private static readonly RowsStatement Insert = new("INSERT INTO metrics" + Columns, 6, "ON CONFLICT DO NOTHING");

    private const string Unnest = " SELECT * FROM unnest($0::text[], $1::double precision[], $2::bigint[], $3::text[], $4::bigint[], $5::boolean[])";

    private const string InsertMany = "INSERT INTO metrics" + Columns + Unnest + " ON CONFLICT DO NOTHING";

    private const string IfLater =
        """

        ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value, timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan
        WHERE (excluded.step, excluded.timestamp, excluded.value) > (latest_metrics.step, latest_metrics.timestamp, latest_metrics.value)
        """;

    private static readonly RowsStatement Upsert = new("INSERT INTO latest_metrics" + Columns, 6, IfLater);

    private const string UpsertMany = "INSERT INTO latest_metrics" + Columns + Unnest + IfLater;

    public static readonly MetricWriter Instance = new();

    protected override void WriteSet(SqlSession session, ReadOnlySpan<SetItem<RunRows<Metric>>> items)
    {
        RunRows.RequireActiveRuns(session, items);
        var rows = RowsOf(items);
        if (rows.Count == 0)
        {
            return;
        }

        var latest = Latest(rows);
        if (session.Dialect.HasArrays)
        {
            session.Execute(InsertMany, Arrays(rows));
            session.Execute(UpsertMany, Arrays(latest));
            return;
        }

        session.ExecuteRows(Insert, rows, Bind);
        session.ExecuteRows(Upsert, latest, Bind);
    }

    protected override void AddSet(SqlSession session, SqlBatch batch, ReadOnlySpan<SetItem<RunRows<Metric>>> items)
    {
        RunRows.RequireActiveRuns(batch, items);
        var rows = RowsOf(items);
        if (rows.Count > 0)
        {
            batch.Add(InsertMany, Arrays(rows));
            batch.Add(UpsertMany, Arrays(Latest(rows)));
        }
    }

    private static List<Row> RowsOf(ReadOnlySpan<SetItem<RunRows<Metric>>> items)
    {
        var rows = new List<Row>();
        foreach (var item in items)
        {
            if (!item.IsRejected)
            {
                foreach (var metric in item.Item.Rows)
                {
                    rows.Add(new Row(item.Item.RunId, metric));
                }
            }
        }

        return rows;
    }

    /// <summary>One row per run and key, in one order for all writers, so that two of them never wait for each other in a circle.</summary>
    private static List<Row> Latest(List<Row> rows)
    {
        if (rows.Count == 1)
        {
            return rows;
        }

        var latest = new Dictionary<(string, string), Row>(rows.Count);
        foreach (var row in rows)
        {
            if (!latest.TryGetValue((row.RunId, row.Key), out var best) || row.IsLaterThan(best))
            {
                latest[(row.RunId, row.Key)] = row;
            }
        }

        var ordered = latest.Values.ToList();
        ordered.Sort((a, b) => string.CompareOrdinal(a.RunId, b.RunId) is var runs and not 0 ? runs : string.CompareOrdinal(a.Key, b.Key));
        return ordered;
    }

    private static void Bind(SqliteRow statement, Row row)
    {
        statement.Text(0, row.Key);
        statement.Double(1, row.Value);
        statement.Long(2, row.Timestamp);
        statement.Text(3, row.RunId);
        statement.Long(4, row.Step);
        statement.Long(5, row.IsNaN ? 1 : 0);
    }

    private static object[] Arrays(List<Row> rows) =>
    [
        rows.ConvertAll(row => row.Key).ToArray(),
        rows.ConvertAll(row => row.Value).ToArray(),
        rows.ConvertAll(row => row.Timestamp).ToArray(),
        rows.ConvertAll(row => row.RunId).ToArray(),
        rows.ConvertAll(row => row.Step).ToArray(),
        rows.ConvertAll(row => row.IsNaN).ToArray(),
    ];

    private readonly record struct Row(string RunId, string Key, double Value, bool IsNaN, long Timestamp, long Step)
    {
        public Row(string runId, Metric metric)
            : this(
                runId,
                metric.Key,
                double.IsNaN(metric.Value) ? 0 : Math.Clamp(metric.Value, -double.MaxValue, double.MaxValue),
                double.IsNaN(metric.Value),
                metric.Timestamp,
                metric.Step)
        {
        }

        public bool IsLaterThan(Row other) => (Step, Timestamp, Value).CompareTo((other.Step, other.Timestamp, other.Value)) > 0;
    }
}
