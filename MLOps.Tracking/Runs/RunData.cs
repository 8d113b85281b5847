using System.Data.Common;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

/// <summary>What belongs to runs beside their attributes, read for many runs at once: one statement a table, however many runs.</summary>
internal sealed class RunData
{
    private readonly Dictionary<string, Parts> _parts;
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    private RunData(IReadOnlyList<RunInfo> runs) => _parts = runs.ToDictionary(run => run.RunId, _ => new Parts());

    public static List<Run> Read(SqlSession session, IReadOnlyList<RunInfo> runs)
    {
        if (runs.Count == 0)
        {
            return [];
        }

        var data = new RunData(runs);
        var ids = session.Dialect.Set([.. runs.Select(run => run.RunId)]);
        data.ReadMetrics(session, runs, ids);
        data.ReadPairs(session, ids, "params", parts => parts.Params);
        data.ReadPairs(session, ids, "tags", parts => parts.Tags);
        data.ReadInputs(session, ids);
        data.ReadModels(session, ids);
        return [.. runs.Select(data.Run)];
    }

    private Run Run(RunInfo info)
    {
        var parts = _parts[info.RunId];
        return new Run(info, parts.Metrics, parts.Params, parts.Tags, parts.Inputs) { ModelInputs = parts.ModelInputs, ModelOutputs = parts.ModelOutputs };
    }

    private void ReadMetrics(SqlSession session, IReadOnlyList<RunInfo> runs, object ids)
    {
        if (session.Dialect.HasArrays)
        {
            // The place in the list, not the run's name, comes with each of a hundred thousand rows.
            var parts = Array.ConvertAll([.. runs], run => _parts[run.RunId]);
            session.ForEach(
                """
                SELECT w.place, m.key, m.value, m.timestamp, m.step, m.is_nan
                FROM unnest($0) WITH ORDINALITY AS w(run_uuid, place) JOIN latest_metrics m ON m.run_uuid = w.run_uuid
                """,
                row => parts[row.GetInt64(0) - 1].Metrics.Add(new Metric(Name(row, 1), row.GetBoolean(5) ? double.NaN : row.GetDouble(2), row.GetInt64(3), row.GetInt64(4))),
                ids);
            return;
        }

        // The rows of a run follow each other, and the runs of an experiment have the same names in the same order: few texts have to be made.
        var (texts, names) = (new RepeatedTexts(), new RepeatedTexts());
        session.ForEachColumns(
            $"SELECT run_uuid, key, value, timestamp, step, is_nan FROM latest_metrics WHERE {session.Dialect.IsIn("run_uuid", "$0")}",
            row => _parts[texts.Of(row.Text(0))].Metrics.Add(new Metric(names.Of(row.Text(1)), row.Long(5) != 0 ? double.NaN : row.Double(2), row.Long(3), row.Long(4))),
            ids);
    }

    private void ReadPairs(SqlSession session, object ids, string table, Func<Parts, List<KeyValue>> list) => session.ForEach(
        $"SELECT run_uuid, key, value FROM {table} WHERE {session.Dialect.IsIn("run_uuid", "$0")}",
        row => list(_parts[row.GetString(0)]).Add(new KeyValue(Name(row, 1), row.Text(2) ?? string.Empty)),
        ids);

    private void ReadInputs(SqlSession session, object ids)
    {
        var uses = session.Query(
            $"""
            SELECT i.destination_id, i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source, d.dataset_schema, d.dataset_profile
            FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id
            WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND {session.Dialect.IsIn("i.destination_id", "$0")}
            """,
            row => (
                Run: row.GetString(0),
                Id: row.GetString(1),
                Input: new DatasetInput(row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.Text(6), row.Text(7), [])),
            ids);
        foreach (var (run, id, input) in uses)
        {
            _parts[run].Inputs.Add(input with { Tags = session.Query("SELECT name, value FROM input_tags WHERE input_uuid = $0", Rows.Pair, id) });
        }
    }

    private void ReadModels(SqlSession session, object ids) => session.ForEach(
        $"SELECT source_id, destination_type, destination_id, step FROM inputs WHERE source_type IN ('RUN_INPUT', 'RUN_OUTPUT') AND {session.Dialect.IsIn("source_id", "$0")}",
        row =>
        {
            var parts = _parts[row.GetString(0)];
            if (row.GetString(1) == "MODEL_INPUT")
            {
                parts.ModelInputs.Add(row.GetString(2));
            }
            else
            {
                parts.ModelOutputs.Add(new ModelOutput(row.GetString(2), row.GetInt64(3)));
            }
        },
        ids);

    /// <summary>Runs of one experiment share their names: one string each, not one a row.</summary>
    private string Name(DbDataReader row, int column)
    {
        var name = row.GetString(column);
        if (_names.TryGetValue(name, out var known))
        {
            return known;
        }

        _names[name] = name;
        return name;
    }

    private sealed class Parts
    {
        public List<Metric> Metrics { get; } = [];

        public List<KeyValue> Params { get; } = [];

        public List<KeyValue> Tags { get; } = [];

        public List<DatasetInput> Inputs { get; } = [];

        public List<string> ModelInputs { get; } = [];

        public List<ModelOutput> ModelOutputs { get; } = [];
    }
}
