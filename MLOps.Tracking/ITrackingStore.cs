using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;

namespace MLOps.Tracking;

/// <summary>Experiments and runs, as MLflow's tracking store keeps them.
/// <para>Promise: a write has been made durable when its task completes; a write that throws has changed nothing,
/// except <see cref="LogBatchAsync"/>, whose parts (parameters, metrics, tags) are written in this order, each on its own.
/// A read sees every write that completed before it began. Unknown ids throw <see cref="ProblemCode.NotFound"/>.
/// All members may be called concurrently.</para></summary>
public interface ITrackingStore
{
    /// <returns>The new experiment's id.</returns>
    /// <exception cref="MLOpsException">AlreadyExists: the name is taken, by a deleted experiment too.</exception>
    Task<string> CreateExperimentAsync(CreateExperiment command, CancellationToken cancellationToken = default);

    Task<Experiment> GetExperimentAsync(string experimentId, CancellationToken cancellationToken = default);

    /// <summary>Finds active and deleted experiments.</summary>
    Task<Experiment> GetExperimentByNameAsync(string name, CancellationToken cancellationToken = default);

    Task RenameExperimentAsync(string experimentId, string newName, CancellationToken cancellationToken = default);

    /// <summary>Soft-deletes the experiment and all its runs.</summary>
    Task DeleteExperimentAsync(string experimentId, CancellationToken cancellationToken = default);

    Task RestoreExperimentAsync(string experimentId, CancellationToken cancellationToken = default);

    Task SetExperimentTagAsync(string experimentId, string key, string value, CancellationToken cancellationToken = default);

    Task DeleteExperimentTagAsync(string experimentId, string key, CancellationToken cancellationToken = default);

    Task<Page<Experiment>> SearchExperimentsAsync(SearchExperiments query, CancellationToken cancellationToken = default);

    /// <param name="runId">The id to give the run. A store that is another server gives ids itself and does not use it: what counts is the id of the run that comes back.</param>
    /// <param name="command">What the run is to be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Run> CreateRunAsync(string runId, CreateRun command, CancellationToken cancellationToken = default);

    Task<Run> GetRunAsync(string runId, CancellationToken cancellationToken = default);

    Task<RunInfo> UpdateRunAsync(string runId, UpdateRun command, CancellationToken cancellationToken = default);

    /// <summary>Ends a run as FAILED whose client has gone silent; the tag <c>mlops.error</c> says so.</summary>
    /// <returns>False: it has ended otherwise, is deleted, or has given another sign of life than the last one that the caller knows of, and nothing was changed.</returns>
    Task<bool> EndSilentRunAsync(string runId, EndSilentRun command, CancellationToken cancellationToken = default);

    /// <summary>Takes <see cref="EndSilentRunAsync"/> back, since the client lives after all: the run is RUNNING again, unless somebody has given it another status since, and the tag is gone.</summary>
    /// <returns>False: nobody has ended it for being silent, and nothing was changed.</returns>
    Task<bool> ReviveSilentRunAsync(string runId, CancellationToken cancellationToken = default);

    Task DeleteRunAsync(string runId, CancellationToken cancellationToken = default);

    Task RestoreRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <exception cref="MLOpsException">InvalidArgument: the run is deleted, or a parameter has another value already.</exception>
    Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken = default);

    Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, IReadOnlyList<string> modelIds, CancellationToken cancellationToken = default);

    /// <summary>Links logged models to the run that made them; a link made twice is kept once.</summary>
    Task LogOutputsAsync(string runId, IReadOnlyList<ModelOutput> models, CancellationToken cancellationToken = default);

    /// <summary>Appends a JSON object to the list in the tag <c>mlflow.log-model.history</c>.</summary>
    Task LogModelAsync(string runId, string entry, CancellationToken cancellationToken = default);

    /// <exception cref="MLOpsException">NotFound: the run has no such tag.</exception>
    Task DeleteTagAsync(string runId, string key, CancellationToken cancellationToken = default);

    /// <summary>All values of one metric, ordered by timestamp, step, value. An unknown run or key gives an empty page.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The metric.</param>
    /// <param name="maxResults">Null: everything.</param>
    /// <param name="pageToken">From the previous page.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<Page<Metric>> GetMetricHistoryAsync(string runId, string key, int? maxResults, string? pageToken, CancellationToken cancellationToken = default);

    Task<Page<Run>> SearchRunsAsync(SearchRuns query, CancellationToken cancellationToken = default);

    /// <summary>What an experiment has tried: its runs that began (are not SCHEDULED, or have the metric), each once, whatever became of them, deleted ones too.
    /// A run that only groups others (their <c>mlflow.parentRunId</c>, without the metric itself) has tried nothing. An unknown experiment has tried nothing either.</summary>
    Task<ExperimentTrials> GetTrialsAsync(TrialQuery query, CancellationToken cancellationToken = default);

    /// <summary>One metric of several runs, thinned out to steps that are spread evenly and are the same for all; a run's first and last step in the range stay.</summary>
    /// <returns>For each run, in the order asked for, its values ordered by step and timestamp; an unknown run has none.</returns>
    Task<IReadOnlyList<RunMetrics>> GetSampledHistoryAsync(SampledHistory query, CancellationToken cancellationToken = default);

    /// <summary>The datasets that runs of these experiments used, each with each of its contexts.</summary>
    Task<IReadOnlyList<DatasetSummary>> SearchDatasetsAsync(IReadOnlyList<string> experimentIds, int maxResults, CancellationToken cancellationToken = default);

    /// <summary>How many active experiments and runs there are; where another server must be asked, up to 30 s ago.</summary>
    Task<StoreCounts> CountAsync(CancellationToken cancellationToken = default);
}

/// <param name="ArtifactLocation">Null: the default root plus the new id.</param>
public sealed record CreateExperiment(string Name, string? ArtifactLocation, IReadOnlyList<KeyValue> Tags);

/// <param name="Filter">MLflow's experiment filter grammar; null or blank: all.</param>
/// <param name="OrderBy">For example <c>name DESC</c>.</param>
public sealed record SearchExperiments(string? Filter, IReadOnlyList<string> OrderBy, ViewType ViewType, int MaxResults, string? PageToken);

/// <param name="Filter">MLflow's run filter grammar; null or blank: all.</param>
/// <param name="OrderBy">For example <c>metrics.loss ASC</c>. NaN sorts after numbers, missing after NaN, in both directions.</param>
public sealed record SearchRuns(IReadOnlyList<string> ExperimentIds, string? Filter, IReadOnlyList<string> OrderBy, ViewType ViewType, int MaxResults, string? PageToken);

/// <param name="Metric">What the trials are compared by.</param>
/// <param name="ExceptRunId">A run that is not asked for.</param>
/// <param name="ExceptTags">Whoever has one of these tags is no trial.</param>
public sealed record TrialQuery(string ExperimentId, string Metric, string ExceptRunId, IReadOnlyList<string> ExceptTags)
{
    /// <summary>Where MLflow's clients say which run a run belongs to.</summary>
    public const string ParentTag = "mlflow.parentRunId";

    /// <summary>MLflow keeps an infinite value as the largest number there is: neither can be averaged.</summary>
    public static bool IsRatio(double value) => Math.Abs(value) < 1e9;
}

/// <param name="Count">Runs that were tried, with the metric or without.</param>
/// <param name="Values">The latest values of those that have one; NaN and infinite values are none.</param>
public sealed record ExperimentTrials(long Count, IReadOnlyList<double> Values);

/// <param name="Heartbeat">The last sign of life that the caller knows of: the value of <see cref="HeartbeatTags.Beat"/>; null: none.</param>
/// <param name="EndTime">Unix ms.</param>
/// <param name="Silence">How long nothing was heard of the client.</param>
public sealed record EndSilentRun(string? Heartbeat, long EndTime, TimeSpan Silence);

/// <param name="StartStep">First step; null with <paramref name="EndStep"/>: from 0 to the last step there is.</param>
/// <param name="EndStep">Last step.</param>
/// <param name="MaxSteps">How many steps to choose.</param>
public sealed record SampledHistory(IReadOnlyList<string> RunIds, string Key, long? StartStep, long? EndStep, int MaxSteps);

/// <summary>Values of one metric of one run.</summary>
public sealed record RunMetrics(string RunId, IReadOnlyList<Metric> Metrics);

/// <param name="Context">For example <c>training</c>; null when the use has none.</param>
public sealed record DatasetSummary(string ExperimentId, string Name, string Digest, string? Context);

public readonly record struct StoreCounts(long Experiments, long Runs);

/// <summary>One page of a listing.</summary>
/// <param name="NextPageToken">Null when this is the last page. Base64 of <c>{"offset": N}</c>, as MLflow has it.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextPageToken);
