using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace MLOps.Contracts.Runs;

/// <summary>Owns one run (key: run id): the order of its writes and its live subscribers.
/// Every method returns after its write is durable. Reads go straight to the store.</summary>
[Alias("mlops.IRunGrain"), Version(1)]
public interface IRunGrain : IGrainWithStringKey
{
    /// <summary>Makes the run. Where an upstream server gives the ids, the run that comes back has another one than this grain: every later call goes to the grain of that id.</summary>
    [Alias("create")]
    Task<Run> CreateAsync(CreateRun command);

    [Alias("update")]
    Task<RunInfo> UpdateAsync(UpdateRun command);

    /// <exception cref="Problems.MLOpsException">NotFound: no such run. InvalidArgument: the run is deleted, or a parameter would change.</exception>
    [Alias("log-batch")]
    Task LogBatchAsync(LogBatch batch);

    /// <summary>What the run read: datasets, and logged models by id.</summary>
    [Alias("log-inputs")]
    Task LogInputsAsync(IReadOnlyList<DatasetInput> inputs, IReadOnlyList<string> modelIds);

    /// <summary>The logged models that the run made.</summary>
    [Alias("log-outputs")]
    Task LogOutputsAsync(IReadOnlyList<ModelOutput> models);

    /// <summary>Appends an entry to the tag <c>mlflow.log-model.history</c>, a JSON list.</summary>
    /// <param name="entry">One JSON object.</param>
    [Alias("log-model")]
    Task LogModelAsync(string entry);

    [Alias("delete-tag")]
    Task DeleteTagAsync(string key);

    [Alias("delete")]
    Task DeleteAsync();

    [Alias("restore")]
    Task RestoreAsync();

    /// <summary>Sends every later write of this run to the observer. Renew within five minutes.</summary>
    [Alias("subscribe")]
    Task SubscribeAsync(IRunObserver observer);

    [Alias("unsubscribe")]
    Task UnsubscribeAsync(IRunObserver observer);
}

/// <summary>Receives what a run logs, after it is durable.</summary>
[Alias("mlops.IRunObserver"), Version(1)]
public interface IRunObserver : IGrainObserver
{
    [Alias("metrics"), OneWay]
    Task OnMetricsAsync(IReadOnlyList<Metric> metrics);

    [Alias("updated"), OneWay]
    Task OnUpdatedAsync(RunInfo info);
}
