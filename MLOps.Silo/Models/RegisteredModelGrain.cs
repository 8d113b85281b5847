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

    public async Task DeleteAsync(ChangeNote? note = null)
    {
        await store.DeleteRegisteredModelAsync(Name, note);
        await RollEndpointsAsync(_ => true);
    }

    public async Task<RegisteredModel> RenameAsync(string newName, ChangeNote? note = null)
    {
        var renamed = await store.RenameRegisteredModelAsync(Name, newName, note);
        if (newName != Name)
        {
            await ForEachEndpointAsync(
                uri => uri.Name == Name,
                endpoint => endpoint.RebindAsync(Name, newName),
                (exception, endpoint) => LogNotRebound(logger, exception, endpoint, Name, newName));
        }

        return renamed;
    }

    public Task SetTagAsync(string key, string value) => store.SetRegisteredModelTagAsync(Name, key, value);

    public Task DeleteTagAsync(string key) => store.DeleteRegisteredModelTagAsync(Name, key);

    public async Task<ModelVersion> CreateVersionAsync(CreateModelVersion command)
    {
        var version = await store.CreateModelVersionAsync(Name, command);
        await RollEndpointsAsync(uri => uri.IsLatest);
        return version;
    }

    public Task<ModelVersion> UpdateVersionAsync(int version, string? description) => store.UpdateModelVersionAsync(Name, version, description);

    public async Task DeleteVersionAsync(int version, ChangeNote? note = null)
    {
        await store.DeleteModelVersionAsync(Name, version, note);
        await RollEndpointsAsync(_ => true);
    }

    public Task SetVersionTagAsync(int version, string key, string value) => store.SetModelVersionTagAsync(Name, version, key, value);

    public Task DeleteVersionTagAsync(int version, string key) => store.DeleteModelVersionTagAsync(Name, version, key);

    public async Task SetAliasAsync(string alias, int version, ChangeNote? note = null)
    {
        await store.SetAliasAsync(Name, alias, version, note);
        await RollEndpointsAsync(uri => uri.Alias == alias);
    }

    public async Task DeleteAliasAsync(string alias, ChangeNote? note = null)
    {
        await store.DeleteAliasAsync(Name, alias, note);
        await RollEndpointsAsync(uri => uri.Alias == alias);
    }

    public async Task<ModelVersion> TransitionStageAsync(TransitionStage command)
    {
        await rule.CheckAsync(Name, command);
        var version = await store.TransitionStageAsync(Name, command);
        await RollEndpointsAsync(uri => uri.Stage is not null);
        return version;
    }

    public async Task<Rollback> RollbackAsync(ChangeNote? note = null)
    {
        var rollback = await store.RollbackAsync(Name, note);
        await RollEndpointsAsync(uri => uri.Stage is not null);
        return rollback;
    }

    /// <summary>Endpoints bound to a stage, an alias or the latest version of this model follow it. The change is durable already:
    /// an endpoint that cannot follow keeps serving what it had and says so, and a person is told.</summary>
    /// <param name="concerned">Whether the change can alter what such a URI means.</param>
    private Task RollEndpointsAsync(Predicate<ModelUri> concerned) => ForEachEndpointAsync(
        uri => uri.Follows && uri.Name == Name && concerned(uri),
        endpoint => endpoint.RefreshAsync(),
        (exception, endpoint) =>
        {
            if (exception is TimeoutException)
            {
                LogStillRolling(logger, endpoint, Name);
            }
            else
            {
                LogNotRolled(logger, exception, endpoint, Name);
            }
        });

    private async Task ForEachEndpointAsync(Predicate<ModelUri> concerned, Func<IEndpointGrain, Task> change, Action<Exception, string> failed)
    {
        foreach (var name in await GrainFactory.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync())
        {
            try
            {
                var endpoint = GrainFactory.GetGrain<IEndpointGrain>(name);
                if ((await endpoint.GetAsync()).Variants.Any(variant => concerned(ModelUri.Parse(variant.Spec.ModelUri))))
                {
                    await change(endpoint);
                }
            }
            catch (Exception exception) when (exception is MLOpsException or OrleansException or TimeoutException)
            {
                failed(exception, name);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} has not followed model {ModelName} to its new version yet: it goes on with it and serves what it had")]
    private static partial void LogStillRolling(ILogger logger, string endpointName, string modelName);

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} did not follow model {ModelName} to its new version and serves what it had")]
    private static partial void LogNotRolled(ILogger logger, Exception exception, string endpointName, string modelName);

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} could not be bound from model {ModelName} to its new name {NewName}: it serves what it had and follows nothing; deploy it again with the new name")]
    private static partial void LogNotRebound(ILogger logger, Exception exception, string endpointName, string modelName, string newName);
}
