using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Models.Search;
using MLOps.Silo.Jobs;
using MLOps.Silo.Roles;
using MLOps.Tracking;

namespace MLOps.Silo.Training.Search;

/// <summary>Owns one search. It trains nothing itself: its trials are training jobs, which survive a silo's death by themselves; what it does is look at them now and again.
/// A timer has it look while its silo lives; a reminder has it look when that silo has died. A trial is remembered before its job is started, so none is trained twice.</summary>
[GrainType("search-job"), PreferRole(SiloRoles.Training)]
internal sealed partial class SearchJobGrain(
    [PersistentState("search")] IPersistentState<SearchState> state,
    SearchSpecCheck check,
    SearchRun runs,
    SearchSharpe sharpe,
    ModelRegistration registration,
    ITrackingStore tracking,
    IOptions<TrainingOptions> options,
    TimeProvider time,
    ILogger<SearchJobGrain> logger) : Grain, ISearchJobGrain, IRemindable
{
    private const string Reminder = "search";
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);
    private IGrainTimer? _timer;

    private string SearchId => this.GetPrimaryKeyString();

    private SearchSnapshot Search => state.State.Search ?? throw new MLOpsException(ProblemCode.NotFound, $"Search '{SearchId}' does not exist.");

    private bool IsEnded => Search.Status != SearchStatus.Running;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (state.State.Search is not null && !IsEnded)
        {
            Watch();
        }

        return base.OnActivateAsync(cancellationToken);
    }

    public async Task<SearchSnapshot> StartAsync(SearchSpec spec)
    {
        if (state.State.Search is not null)
        {
            throw new MLOpsException(ProblemCode.AlreadyExists, $"Search '{SearchId}' exists already: start another with a new id.");
        }

        var complete = await check.CheckAsync(spec);
        await GrainFactory.GetGrain<INameIndexGrain>(NameIndex.Searches).AddAsync(SearchId);
        state.State.ChosenRunId = Guid.NewGuid().ToString("N");
        await SetAsync(new SearchSnapshot(SearchId, complete, SearchStatus.Running, null, null, [], null, null, null, Now(), null));
        await this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod);
        Watch();
        LogStarted(logger, SearchId, complete.Training.Model, complete.Trials, complete.Method.ToString());
        return Search;
    }

    public Task<SearchSnapshot> GetAsync() => Task.FromResult(Search);

    public async Task<SearchSnapshot> StopAsync()
    {
        if (IsEnded)
        {
            throw new MLOpsException(ProblemCode.InvalidState, $"Search '{SearchId}' is {Search.Status.ToString().ToLowerInvariant()}: only a running search can be stopped.");
        }

        state.State.StopRequested = true;
        await SetAsync(Search with { Message = "stopping" });
        await LookAsync();
        return Search;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (state.State.Search is null || IsEnded)
        {
            if (await this.GetReminder(Reminder) is { } reminder)
            {
                await this.UnregisterReminder(reminder);
            }
        }
        else
        {
            Watch();
            await LookAsync();
        }
    }

    private void Watch() => _timer ??= this.RegisterGrainTimer(
        LookAsync,
        new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = options.Value.SearchInterval, KeepAlive = true });

    private async Task LookAsync()
    {
        if (IsEnded)
        {
            _timer?.Dispose();
            _timer = null;
            return;
        }

        try
        {
            await AdvanceAsync();
        }
        catch (Exception exception) when (JobFault.IsTransient(exception))
        {
            // A store or a silo did not answer: the next look does the same again.
            LogNotAdvanced(logger, exception, SearchId);
        }
#pragma warning disable CA1031 // Nobody waits for a timer's tick: the search must say what ended it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception, SearchId);
            await FailAsync(exception is MLOpsException ? exception.Message : JobFault.Unexpected(exception, "the search"));
        }
    }

    private async Task AdvanceAsync()
    {
        if (Search.RunId is null)
        {
            await SetAsync(Search with { RunId = await runs.OpenAsync(Search, state.State.ChosenRunId) });
        }

        foreach (var trial in Search.Trials.Where(trial => trial.Status == SearchTrialStatus.Running).ToArray())
        {
            await FollowAsync(trial);
        }

        var isExhausted = state.State.StopRequested || !await BeginAsync();
        if (isExhausted && Search.Trials.All(trial => trial.Status != SearchTrialStatus.Running))
        {
            await ConcludeAsync();
        }
    }

    /// <summary>Begins as many trials as there may be.</summary>
    /// <returns>Whether there may be more later.</returns>
    private async Task<bool> BeginAsync()
    {
        var spec = Search.Spec;
        var sampler = check.SamplerOf(spec);
        while (Search.Trials.Count < spec.Trials)
        {
            if (Search.Trials.Count(trial => trial.Status == SearchTrialStatus.Running) >= spec.Parallel)
            {
                return true;
            }

            if (sampler.Next(Search.Trials.Count, Tried()) is not { } point)
            {
                return false;
            }

            var trial = new SearchTrial(
                Search.Trials.Count, Guid.NewGuid().ToString("N"), point.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => new KeyValue(value.Key, value.Value)).ToArray(), SearchTrialStatus.Running);
            await SetAsync(Search with { Trials = Search.Trials.Append(trial).ToArray() });
            await StartAsync(trial);
        }

        return false;
    }

    private async Task StartAsync(SearchTrial trial)
    {
        var common = Search.Spec.Training;
        try
        {
            await GrainFactory.GetGrain<ITrainingJobGrain>(trial.JobId).StartAsync(common with
            {
                Parameters = common.Parameters.Concat(trial.Values).ToArray(),
                RunName = $"{common.RunName ?? common.Model} #{trial.Number}",
                RegisterAs = null,
                ParentRunId = Search.RunId,
            });
        }
        catch (MLOpsException e) when (e.Code == ProblemCode.AlreadyExists)
        {
            // It was started before a crash.
        }
        catch (MLOpsException e) when (e.Code is ProblemCode.InvalidArgument or ProblemCode.NotFound)
        {
            await SetAsync(trial with { Status = SearchTrialStatus.Failed, Message = e.Message });
        }
    }

    private async Task FollowAsync(SearchTrial trial)
    {
        var grain = GrainFactory.GetGrain<ITrainingJobGrain>(trial.JobId);
        TrainingJobSnapshot job;
        try
        {
            job = await grain.GetAsync();
        }
        catch (MLOpsException e) when (e.Code == ProblemCode.NotFound)
        {
            // The process ended between the trial and its job.
            await StartAsync(trial);
            return;
        }

        if (job.IsEnded)
        {
            await ConcludeAsync(trial, job);
        }
        else if (state.State.StopRequested || state.State.Pruned.ContainsKey(trial.Number) || await IsToPruneAsync(trial, job))
        {
            await FinishAsync(trial);
        }
        else if (trial.RunId != job.RunId && job.RunId is not null)
        {
            await SetAsync(trial with { RunId = job.RunId });
        }
    }

    private async Task<bool> IsToPruneAsync(SearchTrial trial, TrainingJobSnapshot job)
    {
        if (Search.Spec.Pruning is not { } pruning || job is not { Status: TrainingJobStatus.Running, RunId: { } runId })
        {
            return false;
        }

        var completed = Search.Trials.Where(other => other is { Status: SearchTrialStatus.Completed, RunId: not null }).ToArray();
        if (completed.Length < pruning.StartTrials)
        {
            return false;
        }

        var curve = await CurveAsync(runId);
        var others = new List<IReadOnlyList<SearchLoss>>();
        foreach (var other in completed)
        {
            others.Add(await CurveAsync(other.RunId!));
        }

        if (!new MedianPruner(pruning.StartTrials, pruning.WarmUpSteps).IsToPrune(curve, others))
        {
            return false;
        }

        // Remembered first: a job that has stopped must not look as if a person had stopped it.
        state.State.Pruned[trial.Number] = Loss(curve.Select(loss => loss.Value).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Min());
        await SetAsync(trial with { RunId = runId });
        return true;
    }

    private async Task<IReadOnlyList<SearchLoss>> CurveAsync(string runId)
    {
        var metric = Search.Spec.Pruning is { Metric.Length: > 0 } pruning ? pruning.Metric : Search.Spec.Metric;
        return [.. (await tracking.GetMetricHistoryAsync(runId, metric, null, null)).Items.Select(value => new SearchLoss(value.Step, Loss(value.Value)))];
    }

    private async Task ConcludeAsync(SearchTrial trial, TrainingJobSnapshot job)
    {
        if (state.State.Pruned.TryGetValue(trial.Number, out var best))
        {
            await SetAsync(trial with { Status = SearchTrialStatus.Pruned, Value = double.IsNaN(best) ? null : best, RunId = job.RunId, Message = "worse than the median of the others" });
            return;
        }

        if (job.Status != TrainingJobStatus.Completed)
        {
            await SetAsync(trial with { Status = job.Status == TrainingJobStatus.Failed ? SearchTrialStatus.Failed : SearchTrialStatus.Stopped, RunId = job.RunId, Message = job.Message });
            return;
        }

        var metrics = (await tracking.GetRunAsync(job.RunId!)).Metrics;
        double? objective = metrics.Where(metric => metric.Key == Search.Spec.Metric).Select(metric => (double?)metric.Value).FirstOrDefault();
        if (objective is { } value && double.IsFinite(value))
        {
            var completed = trial with { Status = SearchTrialStatus.Completed, RunId = job.RunId, Value = value };
            var search = With(completed);

            // The parent's values first: done again, they are the same rows.
            await runs.LogAsync(search, completed, job);
            await SetAsync(search);
        }
        else
        {
            await SetAsync(trial with
            {
                Status = SearchTrialStatus.Failed,
                RunId = job.RunId,
                Message = $"Its run has no number for the metric '{Search.Spec.Metric}'; it has {string.Join(", ", metrics.Where(metric => double.IsFinite(metric.Value)).Select(metric => metric.Key).Order(StringComparer.Ordinal))}.",
            });
        }
    }

    private async Task ConcludeAsync()
    {
        var best = Search.Trials.FirstOrDefault(trial => trial.Number == Search.Best);
        var figures = best is null ? [] : await sharpe.DeflateAsync(best, CancellationToken.None);
        if (state.State.StopRequested)
        {
            await EndAsync(SearchStatus.Stopped, "stopped on request");
        }
        else if (best is null)
        {
            var reason = Search.Trials.Select(trial => trial.Message).FirstOrDefault(message => message is not null);
            await EndAsync(SearchStatus.Failed, $"None of {Search.Trials.Count} trials has a value{(reason is null ? "." : $": {reason}")}");
        }
        else
        {
            if (Search.Spec.Training.RegisterAs is { } name && Search.ModelVersion is null)
            {
                var run = await tracking.GetRunAsync(best.RunId!);
                KeyValue[] tags = [.. run.Tags.Where(tag => tag.Key.StartsWith("mlops.", StringComparison.Ordinal) && !tag.Key.StartsWith("mlops.heartbeat", StringComparison.Ordinal)), new("mlops.search.id", SearchId), .. figures];
                var version = await registration.RegisterAsync(name, ArtifactUri.Append(run.Info.ArtifactUri, ModelFolder.Name), best.RunId!, tags);
                await SetAsync(Search with { ModelName = name, ModelVersion = version });
            }

            await EndAsync(SearchStatus.Completed, null);
        }
    }

    /// <summary>Ends the search and what it has running, for nobody will look at that again.</summary>
    private async Task FailAsync(string message)
    {
        try
        {
            foreach (var trial in Search.Trials.Where(trial => trial.Status == SearchTrialStatus.Running))
            {
                await FinishAsync(trial);
            }

            await EndAsync(Search with
            {
                Status = SearchStatus.Failed,
                Message = message,
                Trials = [.. Search.Trials.Select(trial => trial.Status == SearchTrialStatus.Running ? trial with { Status = SearchTrialStatus.Stopped, Message = "the search failed before it ended" } : trial)],
            });
        }
        catch (Exception exception) when (JobFault.IsTransient(exception))
        {
            // The next look meets the same fault and comes here again.
            LogNotAdvanced(logger, exception, SearchId);
        }
    }

    private async Task FinishAsync(SearchTrial trial)
    {
        try
        {
            await GrainFactory.GetGrain<ITrainingJobOwnerGrain>(trial.JobId).FinishAsync();
        }
        catch (MLOpsException e) when (e.Code == ProblemCode.NotFound)
        {
            // Its job was never started.
        }
    }

    private Task EndAsync(SearchStatus status, string? message) => EndAsync(Search with { Status = status, Message = message });

    private async Task EndAsync(SearchSnapshot search)
    {
        var ended = search with { EndTime = Now() };

        // The run first: until the search has ended, the next look does it again.
        await runs.FinishAsync(ended);
        await SetAsync(ended);
        _timer?.Dispose();
        _timer = null;
        LogEnded(logger, SearchId, ended.Status.ToString(), ended.Trials.Count);
    }

    private TriedPoint[] Tried() =>
    [
        .. Search.Trials.Where(trial => trial.Status != SearchTrialStatus.Running).Select(trial => new TriedPoint(
            trial.Number,
            trial.Values.ToDictionary(value => value.Key, value => value.Value),

            // A pruned trial's value is of the metric that it was judged by: a loss only if that is the objective.
            trial.Value is { } value && (trial.Status == SearchTrialStatus.Completed || Search.Spec.Pruning is { Metric: "" } || Search.Spec.Pruning?.Metric == Search.Spec.Metric) ? Loss(value) : null)),
    ];

    /// <summary>The smaller the better; of a loss, the value again.</summary>
    private double Loss(double value) => Search.Spec.HigherIsBetter ? -value : value;

    private Task SetAsync(SearchTrial trial) => SetAsync(With(trial));

    private SearchSnapshot With(SearchTrial trial)
    {
        SearchTrial[] trials = [.. Search.Trials.Select(known => known.Number == trial.Number ? trial : known)];
        var best = trials.Where(known => known.Status == SearchTrialStatus.Completed).OrderBy(known => Loss(known.Value!.Value)).ThenBy(known => known.Number).FirstOrDefault();
        return Search with { Trials = trials, Best = best?.Number };
    }

    private async Task SetAsync(SearchSnapshot search)
    {
        state.State.Search = search;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // The next call starts from what the store has.
            DeactivateOnIdle();
            throw;
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(LogLevel.Information, "Search {SearchId} of {ModelId} begins: at most {Trials} trials, {Method}")]
    private static partial void LogStarted(ILogger logger, string searchId, string modelId, int trials, string method);

    [LoggerMessage(LogLevel.Information, "Search {SearchId} is {Status} after {Trials} trials")]
    private static partial void LogEnded(ILogger logger, string searchId, string status, int trials);

    [LoggerMessage(LogLevel.Warning, "Search {SearchId} could not look at its trials: a store or a silo did not answer, and it tries again")]
    private static partial void LogNotAdvanced(ILogger logger, Exception exception, string searchId);

    [LoggerMessage(LogLevel.Error, "Search {SearchId} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string searchId);
}
