using System.Globalization;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

internal sealed partial class SqlTrackingStore
{
    private const string InsertInput =
        "INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id, step) VALUES ($0, $1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

    public Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, IReadOnlyList<string> modelIds, CancellationToken cancellationToken = default) => WriteRunAsync(
        runId,
        session =>
        {
            var experimentId = ExperimentKey(RequireActiveRun(session, runId).ExperimentId);
            foreach (var input in inputs)
            {
                WriteInput(session, runId, experimentId, input);
            }

            foreach (var model in modelIds)
            {
                session.Execute(InsertInput, Guid.NewGuid().ToString("n"), "RUN_INPUT", runId, "MODEL_INPUT", model, 0L);
            }
        },
        cancellationToken);

    public Task LogOutputsAsync(string runId, IReadOnlyList<ModelOutput> models, CancellationToken cancellationToken = default) => WriteRunAsync(
        runId,
        session =>
        {
            RequireActiveRun(session, runId);
            foreach (var model in models)
            {
                session.Execute(InsertInput, Guid.NewGuid().ToString("n"), "RUN_OUTPUT", runId, "MODEL_OUTPUT", model.ModelId, model.Step);
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<DatasetSummary>> SearchDatasetsAsync(IReadOnlyList<string> experimentIds, int maxResults, CancellationToken cancellationToken = default)
    {
        var sql = new SqlText();
        sql.Append("SELECT DISTINCT d.experiment_id, d.name, d.digest, t.value FROM datasets d JOIN inputs i ON i.source_id = d.dataset_uuid AND i.source_type = 'DATASET' AND i.destination_type = 'RUN' LEFT JOIN input_tags t ON t.input_uuid = i.input_uuid AND t.name = 'mlflow.data.context' WHERE ")
            .Append($"d.experiment_id IN ({string.Join(", ", experimentIds.Select(id => sql.Bind(ExperimentKey(id))))}) ORDER BY d.experiment_id, d.name, d.digest, t.value LIMIT {sql.Bind((long)maxResults)}");
        var statement = sql.Build();
        return Task.FromResult<IReadOnlyList<DatasetSummary>>(database.Read(session => session.Query(
            statement.Text,
            row => new DatasetSummary(row.GetInt64(0).ToString(CultureInfo.InvariantCulture), row.GetString(1), row.GetString(2), row.Text(3)),
            statement.Arguments)));
    }

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
        session.Execute(InsertInput, Guid.NewGuid().ToString("n"), "DATASET", dataset, "RUN", runId, 0L);
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
}
