using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Models.Evaluation;
using MLOps.Tracking;

namespace MLOps.Silo.Training.Search;

/// <summary>The Sharpe ratio of a search's best trial against all that its experiment has tried. When that trial ended, its figures could know only of the trials that had begun.</summary>
internal sealed class SearchSharpe(IGrainFactory grains, ITrackingStore tracking, IArtifactResolver artifacts, SharpeTrials sharpe, TimeProvider time)
{
    /// <summary>Brings the figures of the best trial's run up to date. Done again, it logs only what has changed.</summary>
    /// <returns>The figures as tags of a version; empty: the trial's model has no strategy with a ratio.</returns>
    public async Task<IReadOnlyList<KeyValue>> DeflateAsync(SearchTrial best, CancellationToken cancellationToken)
    {
        var run = await tracking.GetRunAsync(best.RunId!, cancellationToken);
        var logged = run.Metrics.ToDictionary(metric => metric.Key);
        if (!logged.ContainsKey(SharpeTrials.PerPeriod) || await MomentsAsync(run, cancellationToken) is not { } moments)
        {
            return await sharpe.TagsAsync(best.RunId!, cancellationToken);
        }

        var figures = await sharpe.FiguresAsync(run, moments, cancellationToken);

        // At the step of the first figures and later than they: the newest value of a step is what a run is said to have.
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var changed = figures.Where(figure => !logged.TryGetValue(figure.Key, out var known) || !known.Value.Equals(figure.Value))
            .Select(figure => logged.TryGetValue(figure.Key, out var known)
                ? new Metric(figure.Key, figure.Value, Math.Max(now, known.Timestamp + 1), known.Step)
                : new Metric(figure.Key, figure.Value, now, logged[SharpeTrials.PerPeriod].Step))
            .ToArray();
        if (changed.Length > 0 && run.Info.LifecycleStage == LifecycleStage.Active)
        {
            await grains.GetGrain<IRunGrain>(run.Info.RunId).LogBatchAsync(new LogBatch(changed, [], []));
        }

        return SharpeTrials.Tags(figures);
    }

    /// <returns>Null: the run's model has no such file, or no strategy.</returns>
    private async Task<ReturnMoments?> MomentsAsync(Run run, CancellationToken cancellationToken)
    {
        var folder = artifacts.Resolve(ArtifactUri.Append(run.Info.ArtifactUri, ModelFolder.Name));
        try
        {
            await using var content = await folder.Store.OpenReadAsync(folder.Combine(ValidationFile.FileName), cancellationToken);
            return await ValidationFile.MomentsAsync(content, cancellationToken);
        }
        catch (MLOpsException e) when (e.Code == ProblemCode.NotFound)
        {
            // Somebody has deleted it: the figures stay those that the trial logged.
            return null;
        }
    }
}
