using System.Data.Common;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

internal sealed partial class SqlTrackingStore
{
    public Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var experimentId = ExperimentKey(RequireActiveRun(session, runId).ExperimentId);
            foreach (var input in inputs)
            {
                WriteInput(session, runId, experimentId, input);
            }
        },
        cancellationToken);

    /// <summary>A dataset is one row per (experiment, name, digest); a use of it by a run is one row per pair.</summary>
    private static void WriteInput(SqlSession session, string runId, long experimentId, DatasetInput input)
    {
        session.Execute(
            "INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source, dataset_schema, dataset_profile) VALUES ($0, $1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            Guid.NewGuid().ToString("n"),
            experimentId,
            input.Name,
            input.Digest,
            input.SourceType,
            input.Source,
            input.Schema,
            input.Profile);
        var dataset = (string)session.Scalar(
            "SELECT dataset_uuid FROM datasets WHERE experiment_id = $0 AND name = $1 AND digest = $2",
            experimentId,
            input.Name,
            input.Digest)!;
        session.Execute(
            "INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id, step) VALUES ($0, 'DATASET', $1, 'RUN', $2, 0) ON CONFLICT DO NOTHING",
            Guid.NewGuid().ToString("n"),
            dataset,
            runId);
        var use = (string)session.Scalar(
            "SELECT input_uuid FROM inputs WHERE source_type = 'DATASET' AND source_id = $0 AND destination_type = 'RUN' AND destination_id = $1",
            dataset,
            runId)!;
        foreach (var tag in input.Tags)
        {
            session.Execute(
                "INSERT INTO input_tags (input_uuid, name, value) VALUES ($0, $1, $2) ON CONFLICT (input_uuid, name) DO UPDATE SET value = excluded.value",
                use,
                tag.Key,
                tag.Value);
        }
    }

    private static List<DatasetInput> ReadInputs(SqlSession session, string runId)
    {
        var uses = session.Query(
            """
            SELECT i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source, d.dataset_schema, d.dataset_profile
            FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id
            WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id = $0
            """,
            ReadUse,
            runId);
        return [.. uses.Select(use => use.Input with { Tags = session.Query("SELECT name, value FROM input_tags WHERE input_uuid = $0", Rows.Pair, use.Id) })];
    }

    private static (string Id, DatasetInput Input) ReadUse(DbDataReader row) => (
        row.GetString(0),
        new DatasetInput(row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.Text(5), row.Text(6), []));
}
