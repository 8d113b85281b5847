using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking;

/// <summary>Registered models and their versions, as MLflow's registry store keeps them. Same promise as <see cref="ITrackingStore"/>.
/// Every move of a stage or an alias, every rename and every deletion is appended to the history in the transaction of the change
/// (where another server has the models: after it has confirmed the change, and only of changes that go through this platform).
/// Unknown names and versions throw <see cref="ProblemCode.NotFound"/>.</summary>
public interface IModelRegistryStore
{
    /// <exception cref="MLOpsException">AlreadyExists: the name is taken.</exception>
    Task<RegisteredModel> CreateRegisteredModelAsync(string name, string? description, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken = default);

    Task<RegisteredModel> GetRegisteredModelAsync(string name, CancellationToken cancellationToken = default);

    Task<RegisteredModel> UpdateRegisteredModelAsync(string name, string? description, CancellationToken cancellationToken = default);

    /// <summary>Renames the model; its versions, tags, aliases and history follow.</summary>
    Task<RegisteredModel> RenameRegisteredModelAsync(string name, string newName, ChangeNote? note = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes the model with its versions, tags and aliases. Its history stays.</summary>
    Task DeleteRegisteredModelAsync(string name, ChangeNote? note = null, CancellationToken cancellationToken = default);

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

    Task DeleteModelVersionAsync(string name, int version, ChangeNote? note = null, CancellationToken cancellationToken = default);

    Task SetModelVersionTagAsync(string name, int version, string key, string value, CancellationToken cancellationToken = default);

    Task DeleteModelVersionTagAsync(string name, int version, string key, CancellationToken cancellationToken = default);

    /// <summary>Moves the stage and, when asked, archives the versions in that stage, and appends to the history: one transaction.</summary>
    Task<ModelVersion> TransitionStageAsync(string name, TransitionStage command, CancellationToken cancellationToken = default);

    /// <summary>Undoes the last promotion: the version below it in the order of promotions goes to Production, the others there are archived. One transaction.</summary>
    /// <exception cref="MLOpsException">InvalidState: no earlier version that still exists has been in Production.</exception>
    Task<Rollback> RollbackAsync(string name, ChangeNote? note = null, CancellationToken cancellationToken = default);

    /// <summary>The history of a model, newest first, also under its earlier names and after its deletion.</summary>
    Task<Page<RegistryChange>> GetHistoryAsync(string name, SearchHistory query, CancellationToken cancellationToken = default);

    /// <summary>The versions in a stage, newest first.</summary>
    /// <param name="name">The model.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="at">Unix ms: as the history has it at that moment; null: as it is now.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<RegistryHolding>> GetStageHoldersAsync(string name, ModelStage stage, long? at, CancellationToken cancellationToken = default);

    /// <summary>The version behind an alias at a moment, or now; null: none.</summary>
    /// <inheritdoc cref="GetStageHoldersAsync"/>
    Task<RegistryHolding?> GetAliasHolderAsync(string name, string alias, long? at, CancellationToken cancellationToken = default);

    /// <summary>Whether the version is in the stage or the history says that it has been.</summary>
    Task<bool> HasBeenInStageAsync(string name, int version, ModelStage stage, CancellationToken cancellationToken = default);

    Task<Page<ModelVersion>> SearchModelVersionsAsync(SearchModels query, CancellationToken cancellationToken = default);

    Task SetAliasAsync(string name, string alias, int version, ChangeNote? note = null, CancellationToken cancellationToken = default);

    /// <summary>Idempotent.</summary>
    Task DeleteAliasAsync(string name, string alias, ChangeNote? note = null, CancellationToken cancellationToken = default);

    /// <summary>The alias <c>latest</c> (any case) is the newest version.</summary>
    /// <exception cref="MLOpsException">InvalidArgument (not NotFound, as MLflow): no such alias.</exception>
    Task<ModelVersion> GetVersionByAliasAsync(string name, string alias, CancellationToken cancellationToken = default);
}

/// <summary>A search of models or versions in MLflow's grammar.</summary>
public sealed record SearchModels(string? Filter, IReadOnlyList<string> OrderBy, int MaxResults, string? PageToken);

/// <param name="Version">Only this version's lines; null: all.</param>
/// <param name="Kind">Only lines of this kind; null: all.</param>
/// <param name="MaxResults">Lines of a page, ≥ 1.</param>
/// <param name="PageToken">From the previous page. Lines appended meanwhile do not shift the pages.</param>
public sealed record SearchHistory(int? Version, RegistryChangeKind? Kind, int MaxResults, string? PageToken);
