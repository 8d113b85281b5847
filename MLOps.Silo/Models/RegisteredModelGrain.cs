using Microsoft.Extensions.Logging;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Silo.Endpoints;
using MLOps.Tracking;

namespace MLOps.Silo.Models;

/// <summary>One registered model. Calls run one after the other, so version numbers and stages are decided in order.</summary>
[GrainType("registered-model")]
internal sealed partial class RegisteredModelGrain(IModelRegistryStore store, PromotionRule rule, ILogger<RegisteredModelGrain> logger) : Grain, IRegisteredModelGrain
{
    private string Name => this.GetPrimaryKeyString();

    public Task<RegisteredModel> CreateAsync(string? description, IReadOnlyList<KeyValue> tags) => store.CreateRegisteredModelAsync(Name, description, tags);

    public Task<RegisteredModel> UpdateAsync(string? description) => store.UpdateRegisteredModelAsync(Name, description);

    public Task DeleteAsync(ChangeNote? note = null) => store.DeleteRegisteredModelAsync(Name, note);

    public Task<RegisteredModel> RenameAsync(string newName, ChangeNote? note = null) => store.RenameRegisteredModelAsync(Name, newName, note);

    public Task SetTagAsync(string key, string value) => store.SetRegisteredModelTagAsync(Name, key, value);

    public Task DeleteTagAsync(string key) => store.DeleteRegisteredModelTagAsync(Name, key);

    public Task<ModelVersion> CreateVersionAsync(CreateModelVersion command) => store.CreateModelVersionAsync(Name, command);

    public Task<ModelVersion> UpdateVersionAsync(int version, string? description) => store.UpdateModelVersionAsync(Name, version, description);

    public Task DeleteVersionAsync(int version, ChangeNote? note = null) => store.DeleteModelVersionAsync(Name, version, note);

    public Task SetVersionTagAsync(int version, string key, string value) => store.SetModelVersionTagAsync(Name, version, key, value);

    public Task DeleteVersionTagAsync(int version, string key) => store.DeleteModelVersionTagAsync(Name, version, key);

    public async Task SetAliasAsync(string alias, int version, ChangeNote? note = null)
    {
        await store.SetAliasAsync(Name, alias, version, note);
        await RollEndpointsAsync();
    }

    public Task DeleteAliasAsync(string alias, ChangeNote? note = null) => store.DeleteAliasAsync(Name, alias, note);

    public async Task<ModelVersion> TransitionStageAsync(TransitionStage command)
    {
        await rule.CheckAsync(Name, command);
        var version = await store.TransitionStageAsync(Name, command);
        await RollEndpointsAsync();
        return version;
    }

    public async Task<Rollback> RollbackAsync(ChangeNote? note = null)
    {
        var rollback = await store.RollbackAsync(Name, note);
        await RollEndpointsAsync();
        return rollback;
    }

    /// <summary>Endpoints bound to a stage or alias of this model follow it. The transition is durable already:
    /// an endpoint that cannot follow keeps serving what it had, and a person is told.</summary>
    private async Task RollEndpointsAsync()
    {
        foreach (var name in await GrainFactory.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync())
        {
            try
            {
                var endpoint = GrainFactory.GetGrain<IEndpointGrain>(name);
                if ((await endpoint.GetAsync()).Variants.Any(variant => Follows(variant.Spec.ModelUri)))
                {
                    await endpoint.RefreshAsync();
                }
            }
            catch (Exception exception) when (exception is MLOpsException or OrleansException or TimeoutException)
            {
                LogNotRolled(logger, exception, name, Name);
            }
        }
    }

    private bool Follows(string modelUri) => ModelUri.Parse(modelUri) is { Follows: true } uri && uri.Name == Name;

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} did not follow model {ModelName} to its new version and serves what it had")]
    private static partial void LogNotRolled(ILogger logger, Exception exception, string endpointName, string modelName);
}
