using Microsoft.Extensions.Logging;
using MLOps.Contracts.Runs;
using MLOps.Tracking;
using Orleans.Concurrency;
using Orleans.Utilities;

namespace MLOps.Silo.Runs;

/// <summary>One run. Reentrant: it keeps no state of its own between calls, the store's single writer orders the writes and decides
/// about immutable parameters, so calls of one run may wait for the same commit together.</summary>
[GrainType("run"), Reentrant]
internal sealed class RunGrain(ITrackingStore store, ILogger<RunGrain> logger) : Grain, IRunGrain
{
    private static readonly TimeSpan SubscriptionLifetime = TimeSpan.FromMinutes(5);
    private readonly ObserverManager<IRunObserver> _observers = new(SubscriptionLifetime, logger);

    private string RunId => this.GetPrimaryKeyString();

    public async Task<Run> CreateAsync(CreateRun command)
    {
        var run = await store.CreateRunAsync(RunId, command);
        if (run.Info.RunId != RunId)
        {
            // The run belongs to the grain of the id that the store gave it; this one has done its work.
            DeactivateOnIdle();
        }

        return run;
    }

    public async Task<RunInfo> UpdateAsync(UpdateRun command)
    {
        var info = await store.UpdateRunAsync(RunId, command);
        await NotifyAsync(observer => observer.OnUpdatedAsync(info));
        return info;
    }

    public async Task LogBatchAsync(LogBatch batch)
    {
        await store.LogBatchAsync(RunId, batch);
        if (batch.Metrics.Count > 0)
        {
            await NotifyAsync(observer => observer.OnMetricsAsync(batch.Metrics));
        }
    }

    public Task LogInputsAsync(IReadOnlyList<DatasetInput> inputs, IReadOnlyList<string> modelIds) => store.LogInputsAsync(RunId, inputs, modelIds);

    public Task LogOutputsAsync(IReadOnlyList<ModelOutput> models) => store.LogOutputsAsync(RunId, models);

    public Task LogModelAsync(string entry) => store.LogModelAsync(RunId, entry);

    public Task DeleteTagAsync(string key) => store.DeleteTagAsync(RunId, key);

    public Task DeleteAsync() => store.DeleteRunAsync(RunId);

    public Task RestoreAsync() => store.RestoreRunAsync(RunId);

    public Task SubscribeAsync(IRunObserver observer)
    {
        _observers.Subscribe(observer, observer);
        return Task.CompletedTask;
    }

    public Task UnsubscribeAsync(IRunObserver observer)
    {
        _observers.Unsubscribe(observer);
        return Task.CompletedTask;
    }

    /// <summary>One-way calls: a slow or dead observer costs the writer nothing.</summary>
    private Task NotifyAsync(Func<IRunObserver, Task> notification) =>
        _observers.Count == 0 ? Task.CompletedTask : _observers.Notify(notification);
}
