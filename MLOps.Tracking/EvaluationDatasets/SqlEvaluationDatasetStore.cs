using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.EvaluationDatasets;

/// <summary>Evaluation datasets on MLflow's schema.</summary>
/// <param name="database">The open database.</param>
/// <param name="clock">Source of times.</param>
internal sealed partial class SqlEvaluationDatasetStore(SqlDatabase database, TimeProvider clock) : IEvaluationDatasetStore
{
    private const string UserTag = "mlflow.user";

    public Task<EvaluationDataset> CreateDatasetAsync(CreateEvaluationDataset command, CancellationToken cancellationToken = default)
    {
        var now = Now();
        var author = command.Tags.LastOrDefault(tag => tag.Key == UserTag).Value;
        var dataset = new EvaluationDataset(NewId("d-"), command.Name, null, null, Digest(command.Name, now), now, now, author, author, command.Tags, command.ExperimentIds);
        return database.WriteAsync(
            session =>
            {
                session.Execute(
                    "INSERT INTO evaluation_datasets (dataset_id, name, digest, created_time, last_update_time, created_by, last_updated_by, workspace) VALUES ($0, $1, $2, $3, $3, $4, $4, 'default')",
                    dataset.DatasetId,
                    dataset.Name,
                    dataset.Digest,
                    now,
                    author);
                Write(session, dataset.DatasetId, dataset.Tags);
                Associate(session, dataset.DatasetId, command.ExperimentIds, now);
                return dataset;
            },
            cancellationToken);
    }

    public Task<EvaluationDataset> GetDatasetAsync(string datasetId, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => DatasetRows.Find(session, datasetId) ?? throw DatasetRows.Missing(datasetId)));

    public Task DeleteDatasetAsync(string datasetId, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            if (!DatasetRows.Exists(session, datasetId))
            {
                return;
            }

            session.Execute(
                $"DELETE FROM entity_associations WHERE (source_type = '{DatasetRows.Entity}' AND source_id = $0) OR (destination_type = '{DatasetRows.Entity}' AND destination_id = $0)",
                datasetId);

            // By name, since a SQLite database that MLflow migrated may lack the cascades.
            foreach (var table in (ReadOnlySpan<string>)["evaluation_dataset_records", "evaluation_dataset_tags", "evaluation_datasets"])
            {
                session.Execute($"DELETE FROM {table} WHERE dataset_id = $0", datasetId);
            }
        },
        cancellationToken);

    public Task<Page<EvaluationDataset>> SearchDatasetsAsync(SearchEvaluationDatasets query, CancellationToken cancellationToken = default)
    {
        var offset = PageToken.Offset(query.PageToken);
        var statement = DatasetSearch.Translate(query, database.Dialect, offset);
        var page = database.Read(session => PageToken.Page(DatasetRows.WithTags(session, session.Query(statement.Text, DatasetRows.Dataset, statement.Arguments)), offset, query.MaxResults));
        return Task.FromResult(page);
    }

    public Task SetDatasetTagsAsync(string datasetId, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            if (!DatasetRows.Exists(session, datasetId))
            {
                throw new MLOpsException(ProblemCode.NotFound, $"Could not find evaluation dataset with ID {datasetId}");
            }

            Write(session, datasetId, tags);
        },
        cancellationToken);

    public Task DeleteDatasetTagAsync(string datasetId, string key, CancellationToken cancellationToken = default) =>
        database.WriteAsync(session => { session.Execute("DELETE FROM evaluation_dataset_tags WHERE dataset_id = $0 AND key = $1", datasetId, key); }, cancellationToken);

    public Task<IReadOnlyList<string>> GetExperimentIdsAsync(string datasetId, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<string>>(database.Read(session => DatasetRows.Experiments(session, datasetId)));

    public Task<EvaluationDataset> AddExperimentsAsync(string datasetId, IReadOnlyList<string> experimentIds, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var now = Now();
            var dataset = Require(session, datasetId);
            foreach (var experimentId in experimentIds)
            {
                if (!long.TryParse(experimentId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    || session.Scalar("SELECT 1 FROM experiments WHERE workspace = 'default' AND experiment_id = $0", number) is null)
                {
                    throw new MLOpsException(ProblemCode.NotFound, $"No Experiment with id={experimentId}");
                }
            }

            Associate(session, datasetId, experimentIds, now);
            return Touched(session, dataset, now);
        },
        cancellationToken);

    public Task<EvaluationDataset> RemoveExperimentsAsync(string datasetId, IReadOnlyList<string> experimentIds, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var dataset = Require(session, datasetId);
            var removed = session.Execute(
                $"DELETE FROM entity_associations WHERE source_type = '{DatasetRows.Entity}' AND source_id = $0 AND destination_type = 'experiment' AND {session.Dialect.IsIn("destination_id", "$1")}",
                datasetId,
                session.Dialect.Set(experimentIds));
            return removed == 0 ? dataset : Touched(session, dataset, Now());
        },
        cancellationToken);

    private static EvaluationDataset Require(SqlSession session, string datasetId) =>
        DatasetRows.Find(session, datasetId) ?? throw new MLOpsException(ProblemCode.NotFound, $"Dataset '{datasetId}' not found");

    private static EvaluationDataset Touched(SqlSession session, EvaluationDataset dataset, long now)
    {
        session.Execute("UPDATE evaluation_datasets SET last_update_time = $0 WHERE dataset_id = $1", now, dataset.DatasetId);
        return dataset with { LastUpdateTime = now };
    }

    private static void Associate(SqlSession session, string datasetId, IReadOnlyList<string> experimentIds, long now)
    {
        foreach (var experimentId in experimentIds)
        {
            session.Execute(
                $"INSERT INTO entity_associations (association_id, source_type, source_id, destination_type, destination_id, created_time) VALUES ($0, '{DatasetRows.Entity}', $1, 'experiment', $2, $3) ON CONFLICT (source_type, source_id, destination_type, destination_id) DO NOTHING",
                NewId(string.Empty),
                datasetId,
                experimentId,
                now);
        }
    }

    private static void Write(SqlSession session, string datasetId, IReadOnlyList<KeyValue> tags)
    {
        foreach (var tag in tags)
        {
            session.Execute(
                "INSERT INTO evaluation_dataset_tags (dataset_id, key, value) VALUES ($0, $1, $2) ON CONFLICT (dataset_id, key) DO UPDATE SET value = excluded.value",
                datasetId,
                tag.Key,
                tag.Value);
        }
    }

    private static string Digest(string name, long time) => RecordJson.Hash(string.Create(CultureInfo.InvariantCulture, $"{name}:{time}"))[..8];

    private static string NewId(string prefix) => prefix + Guid.NewGuid().ToString("n");

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
