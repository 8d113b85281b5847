using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Silo.Runs;
using MLOps.Tracking;

namespace MLOps.Silo.Training.Search;

/// <summary>A search as the parent run of its trials' runs. Every step can be done again without a trace: a crash may come after any of them.</summary>
internal sealed class SearchRun(IGrainFactory grains, ITrackingStore tracking, JobExperiments experiments, TimeProvider time)
{
    /// <summary>The tag of a search's own run.</summary>
    public const string SearchTag = "mlops.search.id";

    private const string BestTag = "mlops.search.best_run_id";

    /// <returns>The id of the run, which is made if it is not there yet; an upstream server gives another than the chosen one.</returns>
    public async Task<string> OpenAsync(SearchSnapshot search, string chosenRunId)
    {
        if (await IsThereAsync(chosenRunId))
        {
            return chosenRunId;
        }

        var spec = search.Spec;
        var run = await grains.GetGrain<IRunGrain>(chosenRunId).CreateAsync(new CreateRun(
            await experiments.FindOrCreateAsync(spec.Training.Experiment, CancellationToken.None),
            spec.Training.RunName ?? $"{spec.Training.Model} search",
            "mlops",
            search.CreationTime,
            [
                new("mlflow.source.name", "mlops-search"),
                new("mlflow.source.type", "JOB"),
                new("mlflow.user", "mlops"),
                new(SearchTag, search.SearchId),
                new("mlops.model.id", spec.Training.Model),
            ]));
        await grains.GetGrain<IRunGrain>(run.Info.RunId).LogBatchAsync(new LogBatch([], [.. Params(spec)], []));
        return run.Info.RunId;
    }

    /// <summary>Logs a trial's value, and the best so far. The time is that of the trial, so that the same value logged again is the same row.</summary>
    public Task LogAsync(SearchSnapshot search, SearchTrial trial, TrainingJobSnapshot job)
    {
        var best = search.Trials.First(known => known.Number == search.Best);
        var at = job.EndTime ?? search.CreationTime;
        return grains.GetGrain<IRunGrain>(search.RunId!).LogBatchAsync(new LogBatch(
            [new Metric(search.Spec.Metric, trial.Value!.Value, at, trial.Number), new Metric($"best_{search.Spec.Metric}", best.Value!.Value, at, trial.Number)],
            [],
            best.RunId is { } runId ? [new KeyValue(BestTag, runId)] : []));
    }

    public async Task FinishAsync(SearchSnapshot search)
    {
        if (search.RunId is not { } runId)
        {
            return;
        }

        var status = search.Status switch
        {
            SearchStatus.Completed => RunStatus.Finished,
            SearchStatus.Failed => RunStatus.Failed,
            _ => RunStatus.Killed,
        };
        try
        {
            await grains.GetGrain<IRunGrain>(runId).UpdateAsync(new UpdateRun(status, search.EndTime ?? time.GetUtcNow().ToUnixTimeMilliseconds(), null));
        }
        catch (MLOpsException e) when (e.Code is ProblemCode.NotFound or ProblemCode.InvalidArgument or ProblemCode.InvalidState)
        {
            // Somebody has deleted the run: there is none to end.
        }
    }

    private async Task<bool> IsThereAsync(string runId)
    {
        try
        {
            await tracking.GetRunAsync(runId);
            return true;
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            return false;
        }
    }

    private static IEnumerable<KeyValue> Params(SearchSpec spec)
    {
        yield return new("search_method", spec.Method.ToString().ToLowerInvariant());
        yield return new("search_metric", spec.Metric);
        yield return new("search_direction", spec.HigherIsBetter ? "maximize" : "minimize");
        yield return new("search_trials", spec.Trials.ToString(CultureInfo.InvariantCulture));
        yield return new("search_seed", spec.Seed.ToString(CultureInfo.InvariantCulture));
        yield return new("search_pruning", spec.Pruning is null ? "none" : "median");
        foreach (var dimension in spec.Space)
        {
            yield return new($"space.{dimension.Name}", dimension.Choices.Count > 0
                ? string.Join(", ", dimension.Choices)
                : string.Create(CultureInfo.InvariantCulture, $"{dimension.Low?.ToString("R", CultureInfo.InvariantCulture) ?? "least"} to {dimension.High?.ToString("R", CultureInfo.InvariantCulture) ?? "largest"}{(dimension.IsLog ? ", log" : "")}"));
        }

        foreach (var parameter in spec.Training.Parameters)
        {
            yield return parameter;
        }
    }
}
