using MLOps.Contracts.Experiments;
using Orleans.CodeGeneration;

namespace MLOps.Contracts.Models;

/// <param name="Source">As <see cref="ModelVersion.Source"/>.</param>
/// <param name="StorageLocation">As <see cref="ModelVersion.StorageLocation"/>.</param>
/// <param name="ModelId">The logged model that the version is made from; null: none.</param>
[GenerateSerializer, Immutable, Alias("mlops.CreateModelVersion")]
public sealed record CreateModelVersion(
    [property: Id(0)] string Source,
    [property: Id(1)] string? RunId,
    [property: Id(2)] string? RunLink,
    [property: Id(3)] string? Description,
    [property: Id(4)] IReadOnlyList<KeyValue> Tags,
    [property: Id(5)] string? StorageLocation = null,
    [property: Id(6)] string? ModelId = null);

/// <param name="ArchiveExisting">Archive the versions that are in the target stage now, in the same transaction.</param>
[GenerateSerializer, Immutable, Alias("mlops.TransitionStage")]
public sealed record TransitionStage(
    [property: Id(0)] int Version,
    [property: Id(1)] ModelStage Stage,
    [property: Id(2)] bool ArchiveExisting,
    [property: Id(3)] string By,
    [property: Id(4)] string? Comment);

/// <summary>Owns one registered model (key: its name): version numbers, stages, aliases and their history.
/// Every method returns after its write is durable. One that concerns endpoints waits for them as well, for at most 5 s in all; they go on loading after that,
/// each serving what it had until then, and what comes of it is in the endpoint's status and in the log. Reads go straight to the store.</summary>
[Alias("mlops.IRegisteredModelGrain"), Version(1)]
public interface IRegisteredModelGrain : IGrainWithStringKey
{
    [Alias("create")]
    Task<RegisteredModel> CreateAsync(string? description, IReadOnlyList<KeyValue> tags);

    [Alias("update")]
    Task<RegisteredModel> UpdateAsync(string? description);

    [Alias("delete")]
    Task DeleteAsync(ChangeNote? note = null);

    /// <summary>Endpoints bound to this model are bound to the new name and go on following.</summary>
    [Alias("rename")]
    Task<RegisteredModel> RenameAsync(string newName, ChangeNote? note = null);

    [Alias("set-tag")]
    Task SetTagAsync(string key, string value);

    [Alias("delete-tag")]
    Task DeleteTagAsync(string key);

    /// <summary>Endpoints bound to the latest version follow.</summary>
    [Alias("create-version")]
    Task<ModelVersion> CreateVersionAsync(CreateModelVersion command);

    [Alias("update-version")]
    Task<ModelVersion> UpdateVersionAsync(int version, string? description);

    /// <summary>Endpoints bound to a stage, an alias or the latest version follow to what these mean now; where that is nothing, they keep serving and say so.</summary>
    [Alias("delete-version")]
    Task DeleteVersionAsync(int version, ChangeNote? note = null);

    [Alias("set-version-tag")]
    Task SetVersionTagAsync(int version, string key, string value);

    [Alias("delete-version-tag")]
    Task DeleteVersionTagAsync(int version, string key);

    [Alias("set-alias")]
    Task SetAliasAsync(string alias, int version, ChangeNote? note = null);

    /// <summary>Endpoints bound to the alias keep serving and say that they cannot follow.</summary>
    [Alias("delete-alias")]
    Task DeleteAliasAsync(string alias, ChangeNote? note = null);

    /// <summary>Moves a version to a stage; endpoints bound to a stage follow.</summary>
    /// <exception cref="Problems.MLOpsException">InvalidState: the registry demands Staging and a passed validation before Production, and the version lacks one.</exception>
    [Alias("transition-stage")]
    Task<ModelVersion> TransitionStageAsync(TransitionStage command);

    /// <summary>Takes the last promotion back: the version that was in Production before goes there again, what is there now is archived.
    /// Called again it goes one promotion further back.</summary>
    /// <exception cref="Problems.MLOpsException">InvalidState: no earlier version has been in Production.</exception>
    [Alias("rollback")]
    Task<Rollback> RollbackAsync(ChangeNote? note = null);
}
