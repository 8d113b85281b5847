using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Text;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

/// <summary>Parameters: written once, the same value again is fine, another value is refused with everything that came with it.</summary>
internal sealed class ParameterWriter : SetWriter<RunRows<KeyValue>>
{
    /// <summary>MLflow cuts longer values silently (its MLFLOW_TRUNCATE_LONG_VALUES is on by default).</summary>
    private const int MaxValue = 6000;

    private static readonly RowsStatement Insert = new("INSERT INTO params (key, value, run_uuid)", 3, "ON CONFLICT DO NOTHING");

    private const string InsertMany =
        "INSERT INTO params (key, value, run_uuid) SELECT * FROM unnest($0::text[], $1::text[], $2::text[]) ON CONFLICT DO NOTHING";

    /// <summary>By the primary key and nothing else: to a plan that was made for an empty table, the index of the runs alone looks as good, and has all of a run's parameters.</summary>
    private const string SameKey = "(p.key, p.run_uuid) BETWEEN (g.key, g.run_uuid) AND (g.key, g.run_uuid)";

    private const string SelectMany =
        "SELECT p.run_uuid, p.key, p.value FROM unnest($0::text[], $1::text[]) g (key, run_uuid) JOIN params p ON " + SameKey;

    /// <summary>Fails when a parameter is there with another value.</summary>
    private const string RequireSame =
        "SELECT 1 / (count(*) = 0)::int FROM unnest($0::text[], $1::text[], $2::text[]) g (key, value, run_uuid) JOIN params p ON " + SameKey + " WHERE p.value <> g.value";

    public static readonly ParameterWriter Instance = new();

    protected override void WriteSet(SqlSession session, ReadOnlySpan<SetItem<RunRows<KeyValue>>> items)
    {
        RunRows.RequireActiveRuns(session, items);
        var ordered = Ordered(items);
        var conflicts = ordered.Count == 0 ? [] : session.Dialect.HasArrays ? WriteMany(session, ordered) : WriteEach(session, ordered);
        if (conflicts.Count > 0)
        {
            // With others in the set, each is written again on its own and the one at fault hears this.
            throw Changed(conflicts, items[0].Item);
        }
    }

    protected override void AddSet(SqlSession session, SqlBatch batch, ReadOnlySpan<SetItem<RunRows<KeyValue>>> items)
    {
        RunRows.RequireActiveRuns(batch, items);
        var rows = Ordered(items);
        if (rows.Count > 0)
        {
            object[] arrays = [rows.ConvertAll(row => row.Parameter.Key).ToArray(), rows.ConvertAll(row => row.Parameter.Value).ToArray(), rows.ConvertAll(row => row.RunId).ToArray()];
            batch.Add(InsertMany, arrays);
            batch.Add(RequireSame, arrays);
        }
    }

    private static List<(string RunId, KeyValue Parameter)> Ordered(ReadOnlySpan<SetItem<RunRows<KeyValue>>> items)
    {
        var rows = new List<(string RunId, KeyValue Parameter)>();
        foreach (var item in items)
        {
            if (!item.IsRejected)
            {
                foreach (var given in item.Item.Rows)
                {
                    rows.Add((item.Item.RunId, given with { Value = CodePoints.Cut(given.Value, MaxValue) }));
                }
            }
        }

        // In one order for all writers, so that two of them never wait for each other in a circle.
        return [.. rows.Order(Comparer<(string RunId, KeyValue Parameter)>.Create((a, b) =>
            string.CompareOrdinal(a.RunId, b.RunId) is var runs and not 0 ? runs : string.CompareOrdinal(a.Parameter.Key, b.Parameter.Key)))];
    }

    private static List<(KeyValue New, string Old)> WriteEach(SqlSession session, List<(string RunId, KeyValue Parameter)> rows)
    {
        var conflicts = new List<(KeyValue, string)>();
        if (session.ExecuteRows(Insert, rows, Bind) == rows.Count)
        {
            return conflicts;
        }

        foreach (var (runId, parameter) in rows)
        {
            var old = (string)session.Scalar("SELECT value FROM params WHERE run_uuid = $0 AND key = $1", runId, parameter.Key)!;
            if (old != parameter.Value)
            {
                conflicts.Add((parameter, old));
            }
        }

        return conflicts;
    }

    private static void Bind(SqliteRow statement, (string RunId, KeyValue Parameter) row)
    {
        statement.Text(0, row.Parameter.Key);
        statement.Text(1, row.Parameter.Value);
        statement.Text(2, row.RunId);
    }

    private static List<(KeyValue New, string Old)> WriteMany(SqlSession session, List<(string RunId, KeyValue Parameter)> rows)
    {
        var keys = rows.ConvertAll(row => row.Parameter.Key).ToArray();
        var runs = rows.ConvertAll(row => row.RunId).ToArray();
        if (session.Execute(InsertMany, keys, rows.ConvertAll(row => row.Parameter.Value).ToArray(), runs) == rows.Count)
        {
            return [];
        }

        var stored = new Dictionary<(string, string), string>();
        foreach (var (run, key, value) in session.Query(SelectMany, row => (row.GetString(0), row.GetString(1), row.GetString(2)), keys, runs))
        {
            stored[(run, key)] = value;
        }

        return [.. rows.Select(row => (row.Parameter, stored[(row.RunId, row.Parameter.Key)])).Where(pair => pair.Item2 != pair.Parameter.Value)];
    }

    private static MLOpsException Changed(List<(KeyValue New, string Old)> conflicts, RunRows<KeyValue> item)
    {
        var (given, old) = conflicts[0];
        return new MLOpsException(
            ProblemCode.InvalidArgument,
            item.Rows.Count == 1
                ? $"Changing param values is not allowed. Param with key='{given.Key}' was already logged with value='{old}' for run ID='{item.RunId}'. Attempted logging new value '{given.Value}'."
                : $"Changing param values is not allowed. Params were already logged='[{string.Join(", ", conflicts.Select(c => $"{{'key': '{c.New.Key}', 'old_value': '{c.Old}', 'new_value': '{c.New.Value}'}}"))}]' for run ID='{item.RunId}'.");
    }
}
