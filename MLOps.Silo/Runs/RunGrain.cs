using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Silo.Housekeeping;
using MLOps.Tracking;
using Orleans.Concurrency;
using Orleans.Utilities;

namespace MLOps.Silo.Runs;

/// <summary>One run. Reentrant: it keeps nothing of the run between calls, the store's single writer orders the writes and decides
/// about immutable parameters, so calls of one run may wait for the same commit together.</summary>
[GrainType("run"), Reentrant]
internal sealed partial class RunGrain(
    ITrackingStore store,
    IOptions<HousekeepingOptions> housekeeping,
    TimeProvider time,
    ILogger<RunGrain> logger) : Grain, IRunGrain, IRunLeaseGrain, IRemindable
{
    private static readonly TimeSpan SubscriptionLifetime = TimeSpan.FromMinutes(5);
    private readonly ObserverManager<IRunObserver> _observers = new(SubscriptionLifetime, logger);
    private readonly RunLease _lease = new(housekeeping, time);

    private string RunId => this.GetPrimaryKeyString();

    public async Task<Run> CreateAsync(CreateRun command)
    {
        _lease.OnWrite();
        var announces = RunLease.IntervalOf(command.Tags) is not null;
        if (announces)
        {
            // Before there is a run: a process that dies in between leaves a reminder without a run, which ends itself, not a run that nobody watches.
            await WatchAsync();
        }

        var run = await store.CreateRunAsync(RunId, command);
        if (run.Info.RunId != RunId)
        {
            // The run belongs to the grain of the id that the store gave it; this one has done its work.
            if (announces)
            {
                await GrainFactory.GetGrain<IRunLeaseGrain>(run.Info.RunId).WatchAsync();
            }

            DeactivateOnIdle();
        }

        return run;
    }

    public async Task<RunInfo> UpdateAsync(UpdateRun command)
    {
        _lease.OnWrite();
        var info = await store.UpdateRunAsync(RunId, command);
        await NotifyAsync(observer => observer.OnUpdatedAsync(info));
        return info;
    }

    public async Task LogBatchAsync(LogBatch batch)
    {
        _lease.OnWrite();
        await store.LogBatchAsync(RunId, batch);
        if (batch.Tags.Count > 0)
        {
            await HeedAsync(batch.Tags);
        }

        if (batch.Metrics.Count > 0)
        {
            await NotifyAsync(observer => observer.OnMetricsAsync(batch.Metrics));
        }
    }

    public Task LogInputsAsync(IReadOnlyList<DatasetInput> inputs, IReadOnlyList<string> modelIds)
    {
        _lease.OnWrite();
        return store.LogInputsAsync(RunId, inputs, modelIds);
    }

    public Task LogOutputsAsync(IReadOnlyList<ModelOutput> models)
    {
        _lease.OnWrite();
        return store.LogOutputsAsync(RunId, models);
    }

    public Task LogModelAsync(string entry)
    {
        _lease.OnWrite();
        return store.LogModelAsync(RunId, entry);
    }

    public Task DeleteTagAsync(string key)
    {
        _lease.OnWrite();
        return store.DeleteTagAsync(RunId, key);
    }

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
