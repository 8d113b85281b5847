using System.Data.Common;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.EvaluationDatasets;

/// <summary>Reads datasets with their tags: two statements, however many.</summary>
internal static class DatasetRows
{
    /// <summary>What <c>entity_associations</c> calls a dataset.</summary>
    public const string Entity = "evaluation_dataset";

    public static EvaluationDataset? Find(SqlSession session, string datasetId) => WithTags(session, session.Query(
        $"SELECT {DatasetSearch.Columns} FROM evaluation_datasets d WHERE d.workspace = 'default' AND d.dataset_id = $0",
        Dataset,
        datasetId)) is [var dataset] ? dataset : null;

    public static bool Exists(SqlSession session, string datasetId) =>
        session.Scalar("SELECT 1 FROM evaluation_datasets WHERE workspace = 'default' AND dataset_id = $0", datasetId) is not null;

    public static List<EvaluationDataset> WithTags(SqlSession session, List<EvaluationDataset> datasets)
    {
        var tags = session
            .Query(
                $"SELECT key, value, dataset_id FROM evaluation_dataset_tags WHERE {session.Dialect.IsIn("dataset_id", "$0")} ORDER BY key",
                row => (Dataset: row.GetString(2), Pair: Rows.Pair(row)),
                session.Dialect.Set([.. datasets.Select(dataset => dataset.DatasetId)]))
            .ToLookup(row => row.Dataset, row => row.Pair);
        return [.. datasets.Select(dataset => dataset with { Tags = [.. tags[dataset.DatasetId]] })];
    }

    public static List<string> Experiments(SqlSession session, string datasetId) => session.Query(
        $"SELECT destination_id FROM entity_associations WHERE source_type = '{Entity}' AND source_id = $0 AND destination_type = 'experiment' ORDER BY created_time, destination_id",
        row => row.GetString(0),
        datasetId);

    public static EvaluationDataset Dataset(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.Text(2),
        row.Text(3),
        row.Text(4),
        row.Long(5) ?? 0,
        row.Long(6) ?? 0,
        row.Text(7),
        row.Text(8),
        []);

    public static DatasetRecord Record(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        RecordJson.Unwrap(row.Text(3)),
        NotNull(row.Text(4)),
        NotNull(row.Text(5)),
        NotNull(row.Text(6)),
        row.Text(7),
        row.Text(8),
        row.Long(9) ?? 0,
        row.Long(10) ?? 0,
        row.Text(11),
        row.Text(12));

    public static MLOpsException Missing(string datasetId) => new(ProblemCode.NotFound, $"Evaluation dataset with id '{datasetId}' not found");

    /// <summary>MLflow stores an absent value as JSON's null.</summary>
    public static string? NotNull(string? json) => json == "null" ? null : json;
}
