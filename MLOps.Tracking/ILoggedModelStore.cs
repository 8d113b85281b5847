using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;

namespace MLOps.Tracking;

/// <summary>Logged models: what MLflow 3 keeps between a run and the registry. Same promise as <see cref="ITrackingStore"/>.
/// Unknown and deleted ids throw <see cref="ProblemCode.NotFound"/>.</summary>
public interface ILoggedModelStore
{
    /// <summary>Makes a pending model with an id of its own.</summary>
    Task<LoggedModel> CreateLoggedModelAsync(CreateLoggedModel command, CancellationToken cancellationToken = default);

    Task<LoggedModel> GetLoggedModelAsync(string modelId, CancellationToken cancellationToken = default);

    Task<LoggedModel> FinalizeLoggedModelAsync(string modelId, LoggedModelStatus status, CancellationToken cancellationToken = default);

    /// <summary>Soft-deletes the model.</summary>
    Task DeleteLoggedModelAsync(string modelId, CancellationToken cancellationToken = default);

    /// <exception cref="MLOpsException">InvalidArgument: a parameter has another value already.</exception>
    Task LogLoggedModelParamsAsync(string modelId, IReadOnlyList<KeyValue> parameters, CancellationToken cancellationToken = default);

    Task SetLoggedModelTagsAsync(string modelId, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken = default);

    /// <summary>Adds a registered model's version, made from the logged model, to the tag that MLflow's pages find versions by.</summary>
    Task NoteModelVersionAsync(string modelId, string name, int version, CancellationToken cancellationToken = default);

    /// <exception cref="MLOpsException">NotFound: the model has no such tag.</exception>
    Task DeleteLoggedModelTagAsync(string modelId, string key, CancellationToken cancellationToken = default);

    /// <summary>Newest first unless ordered otherwise. Clients ask before every artifact download.</summary>
    Task<Page<LoggedModel>> SearchLoggedModelsAsync(SearchLoggedModels query, CancellationToken cancellationToken = default);
}

/// <param name="Name">Null or empty: a readable random one.</param>
public sealed record CreateLoggedModel(
    string ExperimentId,
    string? Name,
    string? ModelType,
    string? SourceRunId,
    IReadOnlyList<KeyValue> Params,
    IReadOnlyList<KeyValue> Tags);

/// <param name="Filter">MLflow's grammar over attributes, metrics, parameters and tags; null or blank: all.</param>
/// <param name="Datasets">Metric conditions hold on one of these, and without such conditions a model has any metric on one; empty: on any dataset or none.</param>
public sealed record SearchLoggedModels(
    IReadOnlyList<string> ExperimentIds,
    string? Filter,
    IReadOnlyList<DatasetKey> Datasets,
    IReadOnlyList<LoggedModelOrder> OrderBy,
    int MaxResults,
    string? PageToken);

/// <param name="Digest">Null: any digest.</param>
public readonly record struct DatasetKey(string Name, string? Digest);

/// <param name="Field">An attribute, <c>params.x</c>, <c>tags.x</c> or <c>metrics.x</c>.</param>
/// <param name="Dataset">For a metric: as measured on this dataset.</param>
public readonly record struct LoggedModelOrder(string Field, bool Ascending, DatasetKey? Dataset);
