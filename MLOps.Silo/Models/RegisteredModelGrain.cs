using Microsoft.Extensions.Logging;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Tracking;
using Orleans.Concurrency;

namespace MLOps.Silo.Models;

/// <summary>One registered model. Writes run one after the other, so version numbers and stages are decided in order.
/// Reentrant beside that: a call whose write is durable and which waits for endpoints holds up no other.</summary>
[GrainType("registered-model"), Reentrant]
internal sealed partial class RegisteredModelGrain(IModelRegistryStore store, PromotionRule rule, TimeProvider time, ILogger<RegisteredModelGrain> logger) : Grain, IRegisteredModelGrain
{
    // Over when all writes that have come are.
    private Task _writes = Task.CompletedTask;

    private string Name => this.GetPrimaryKeyString();

    public Task<RegisteredModel> CreateAsync(string? description, IReadOnlyList<KeyValue> tags) => InOrderAsync(() => store.CreateRegisteredModelAsync(Name, description, tags));

    public Task<RegisteredModel> UpdateAsync(string? description) => InOrderAsync(() => store.UpdateRegisteredModelAsync(Name, description));

    public async Task DeleteAsync(ChangeNote? note = null)
    {
        await InOrderAsync(() => store.DeleteRegisteredModelAsync(Name, note));
        await RollEndpointsAsync(_ => true);
    }

    public async Task<RegisteredModel> RenameAsync(string newName, ChangeNote? note = null)
    {
        var renamed = await InOrderAsync(() => store.RenameRegisteredModelAsync(Name, newName, note));
        if (newName != Name)
        {
            await TellEndpointsAsync(
                uri => uri.Name == Name,
                endpoint => endpoint.RebindAsync(Name, newName),
                (exception, endpoint) => LogNotRebound(logger, exception, endpoint, Name, newName));
        }

        return renamed;
    }

    public Task SetTagAsync(string key, string value) => InOrderAsync(() => store.SetRegisteredModelTagAsync(Name, key, value));

    public Task DeleteTagAsync(string key) => InOrderAsync(() => store.DeleteRegisteredModelTagAsync(Name, key));

    public async Task<ModelVersion> CreateVersionAsync(CreateModelVersion command)
    {
        var version = await InOrderAsync(() => store.CreateModelVersionAsync(Name, command));
        await RollEndpointsAsync(uri => uri.IsLatest);
        return version;
    }

    public Task<ModelVersion> UpdateVersionAsync(int version, string? description) => InOrderAsync(() => store.UpdateModelVersionAsync(Name, version, description));

    public async Task DeleteVersionAsync(int version, ChangeNote? note = null)
    {
        await InOrderAsync(() => store.DeleteModelVersionAsync(Name, version, note));
        await RollEndpointsAsync(_ => true);
    }

    public Task SetVersionTagAsync(int version, string key, string value) => InOrderAsync(() => store.SetModelVersionTagAsync(Name, version, key, value));

    public Task DeleteVersionTagAsync(int version, string key) => InOrderAsync(() => store.DeleteModelVersionTagAsync(Name, version, key));

    public async Task SetAliasAsync(string alias, int version, ChangeNote? note = null)
    {
        await InOrderAsync(() => store.SetAliasAsync(Name, alias, version, note));
        await RollEndpointsAsync(uri => uri.Alias == alias);
    }

    public async Task DeleteAliasAsync(string alias, ChangeNote? note = null)
    {
        await InOrderAsync(() => store.DeleteAliasAsync(Name, alias, note));
        await RollEndpointsAsync(uri => uri.Alias == alias);
    }

    public async Task<ModelVersion> TransitionStageAsync(TransitionStage command)
    {
        var version = await InOrderAsync(async () =>
        {
            await rule.CheckAsync(Name, command);
            return await store.TransitionStageAsync(Name, command);
        });
        await RollEndpointsAsync(uri => uri.Stage is not null);
        return version;
    }

    public async Task<Rollback> RollbackAsync(ChangeNote? note = null)
    {
        var rollback = await InOrderAsync(() => store.RollbackAsync(Name, note));
        await RollEndpointsAsync(uri => uri.Stage is not null);
        return rollback;
    }

    /// <summary>Runs the write when those that came before it are over.</summary>
    private async Task<T> InOrderAsync<T>(Func<Task<T>> write)
    {
        var before = _writes;
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _writes = over.Task;
        await before;
        try
        {
            return await write();
        }
        finally
        {
            over.SetResult();
        }
    }

    private Task<bool> InOrderAsync(Func<Task> write) => InOrderAsync(async () =>
    {
        await write();
        return true;
    });
}
