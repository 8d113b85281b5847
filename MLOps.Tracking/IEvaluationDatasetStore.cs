using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.EvaluationDatasets;

namespace MLOps.Tracking;

/// <summary>Evaluation datasets and their records. Every write is durable when its task completes.</summary>
/// <exception cref="MLOpsException">NotFound, InvalidArgument, Rejected, or Unavailable when the store does not answer.</exception>
public interface IEvaluationDatasetStore
{
    /// <summary>Names need not be unique. Experiments that do not exist are taken, as MLflow takes them.</summary>
    Task<EvaluationDataset> CreateDatasetAsync(CreateEvaluationDataset command, CancellationToken cancellationToken = default);

    Task<EvaluationDataset> GetDatasetAsync(string datasetId, CancellationToken cancellationToken = default);

    /// <summary>With its records and tags; one that is not there is deleted already.</summary>
    Task DeleteDatasetAsync(string datasetId, CancellationToken cancellationToken = default);

    Task<Page<EvaluationDataset>> SearchDatasetsAsync(SearchEvaluationDatasets query, CancellationToken cancellationToken = default);

    Task SetDatasetTagsAsync(string datasetId, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken = default);

    /// <summary>A tag or dataset that is not there is no fault.</summary>
    Task DeleteDatasetTagAsync(string datasetId, string key, CancellationToken cancellationToken = default);

    Task<IReadOnlyList<string>> GetExperimentIdsAsync(string datasetId, CancellationToken cancellationToken = default);

    /// <summary>All experiments must exist; one that the dataset has already is no fault.</summary>
    Task<EvaluationDataset> AddExperimentsAsync(string datasetId, IReadOnlyList<string> experimentIds, CancellationToken cancellationToken = default);

    /// <summary>An experiment that the dataset does not have is no fault.</summary>
    Task<EvaluationDataset> RemoveExperimentsAsync(string datasetId, IReadOnlyList<string> experimentIds, CancellationToken cancellationToken = default);

    /// <summary>All or none.</summary>
    Task<UpsertedRecords> UpsertRecordsAsync(string datasetId, IReadOnlyList<NewDatasetRecord> records, CancellationToken cancellationToken = default);

    /// <summary>In the order of their creation.</summary>
    Task<Page<DatasetRecord>> GetRecordsAsync(string datasetId, int maxResults, string? pageToken, CancellationToken cancellationToken = default);

    /// <returns>How many were deleted.</returns>
    Task<int> DeleteRecordsAsync(string datasetId, IReadOnlyList<string> recordIds, CancellationToken cancellationToken = default);
}
