using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking;

/// <summary>Registered models and their versions, as MLflow's registry store keeps them. Same promise as <see cref="ITrackingStore"/>.
/// Unknown names and versions throw <see cref="ProblemCode.NotFound"/>.</summary>
public interface IModelRegistryStore
{
    /// <exception cref="MLOpsException">AlreadyExists: the name is taken.</exception>
    Task<RegisteredModel> CreateRegisteredModelAsync(string name, string? description, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken = default);

    Task<RegisteredModel> GetRegisteredModelAsync(string name, CancellationToken cancellationToken = default);

    Task<RegisteredModel> UpdateRegisteredModelAsync(string name, string? description, CancellationToken cancellationToken = default);

    /// <summary>Renames the model; its versions, tags and aliases follow.</summary>
    Task<RegisteredModel> RenameRegisteredModelAsync(string name, string newName, CancellationToken cancellationToken = default);

    /// <summary>Deletes the model with its versions, tags and aliases.</summary>
    Task DeleteRegisteredModelAsync(string name, CancellationToken cancellationToken = default);

    Task SetRegisteredModelTagAsync(string name, string key, string value, CancellationToken cancellationToken = default);

    /// <summary>Idempotent, unlike run tags.</summary>
    Task DeleteRegisteredModelTagAsync(string name, string key, CancellationToken cancellationToken = default);

    Task<Page<RegisteredModel>> SearchRegisteredModelsAsync(SearchModels query, CancellationToken cancellationToken = default);

    /// <summary>How many registered models there are.</summary>
    Task<long> CountAsync(CancellationToken cancellationToken = default);

    /// <summary>The newest version of each stage asked for (empty: every stage).</summary>
    Task<IReadOnlyList<ModelVersion>> GetLatestVersionsAsync(string name, IReadOnlyList<ModelStage> stages, CancellationToken cancellationToken = default);

    /// <summary>Makes version max + 1, counting deleted ones: numbers are never reused.</summary>
    Task<ModelVersion> CreateModelVersionAsync(string name, CreateModelVersion command, CancellationToken cancellationToken = default);

    Task<ModelVersion> GetModelVersionAsync(string name, int version, CancellationToken cancellationToken = default);

    Task<ModelVersion> UpdateModelVersionAsync(string name, int version, string? description, CancellationToken cancellationToken = default);

    Task DeleteModelVersionAsync(string name, int version, CancellationToken cancellationToken = default);

    Task SetModelVersionTagAsync(string name, int version, string key, string value, CancellationToken cancellationToken = default);

    Task DeleteModelVersionTagAsync(string name, int version, string key, CancellationToken cancellationToken = default);

    /// <summary>Moves the stage and, when asked, archives the versions in that stage, and appends to the history: one transaction.</summary>
    Task<ModelVersion> TransitionStageAsync(string name, TransitionStage command, CancellationToken cancellationToken = default);

    /// <summary>Every stage transition of the model, oldest first. Nothing rewrites it.</summary>
    Task<IReadOnlyList<StageTransition>> GetStageHistoryAsync(string name, CancellationToken cancellationToken = default);

    Task<Page<ModelVersion>> SearchModelVersionsAsync(SearchModels query, CancellationToken cancellationToken = default);

    Task SetAliasAsync(string name, string alias, int version, CancellationToken cancellationToken = default);

    /// <summary>Idempotent.</summary>
    Task DeleteAliasAsync(string name, string alias, CancellationToken cancellationToken = default);

    /// <summary>The alias <c>latest</c> (any case) is the newest version.</summary>
    /// <exception cref="MLOpsException">InvalidArgument (not NotFound, as MLflow): no such alias.</exception>
    Task<ModelVersion> GetVersionByAliasAsync(string name, string alias, CancellationToken cancellationToken = default);
}

/// <summary>A search of models or versions in MLflow's grammar.</summary>
public sealed record SearchModels(string? Filter, IReadOnlyList<string> OrderBy, int MaxResults, string? PageToken);
