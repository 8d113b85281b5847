using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Housekeeping;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Silo.Housekeeping;

/// <summary>Removes what was deleted long ago. The rows go first, and with them, in one transaction, a note of the artifacts; then the artifacts, then the note.
/// So a run that a person restores in between has all its artifacts, and a crash leaves a note from which the next call goes on.</summary>
internal sealed partial class Purger(
    IPurgeStore store,
    ModelUse use,
    IArtifactResolver artifacts,
    IOptions<HousekeepingOptions> options,
    TimeProvider time,
    ILogger<Purger> logger)
{
    /// <summary>A call that came over the cluster is given up after 30 s: a part of the work ends well before.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(12);

    private const int MaxOrphans = 1000;

    /// <returns>A part of what goes, as much as can be done in some seconds.</returns>
    public async Task<PurgePage> RunAsync(PurgeRequest request)
    {
        var olderThan = request.OlderThan ?? options.Value.Retention
            ?? throw new MLOpsException(ProblemCode.InvalidArgument, $"older_than is missing, and no retention is configured ({HousekeepingOptions.SectionName}:{nameof(HousekeepingOptions.Retention)}): say how long ago it must have been deleted, for example 30d");
        if (olderThan < TimeSpan.Zero)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"older_than is {olderThan:c}: expected 0 or more");
        }

        var now = time.GetUtcNow();
        var before = (olderThan.Ticks > now.UtcTicks ? DateTimeOffset.MinValue : now - olderThan).ToUnixTimeMilliseconds();
        using var patience = new CancellationTokenSource(Budget);
        var part = new Part(request.DryRun, before, await use.ServedAsync(), patience.Token);
        if (!request.DryRun)
        {
            await RemoveOrphansAsync(part);
        }

        var cursor = PurgeCursor.Parse(request.PageToken);
        var left = request.MaxResults;
        while (left > 0 && !patience.IsCancellationRequested && cursor.Experiment is null)
        {
            // One by one: what is looked for again is what is left.
            var runs = await store.FindRunsAsync(before, cursor.Run, Math.Min(left, 100));
            foreach (var run in runs.TakeWhile(_ => !patience.IsCancellationRequested))
            {
                await RunAsync(part, run);
                cursor = PurgeCursor.After(run);
                left--;
            }

            cursor = runs.Count == 0 ? PurgeCursor.FirstExperiment : cursor;
        }

        var end = false;
        while (left > 0 && !end && !patience.IsCancellationRequested)
        {
            var experiments = await store.FindExperimentsAsync(before, cursor.Experiment!.Length == 0 ? null : cursor.Experiment, 1);
            foreach (var experiment in experiments)
            {
                await ExperimentAsync(part, experiment);
                cursor = PurgeCursor.After(experiment);
                left--;
            }

            end = experiments.Count == 0;
        }

        return new PurgePage(request.DryRun, before, part.Purged, part.Kept, await store.CountOrphansAsync(), end ? null : cursor.ToString());
    }

    /// <summary>Goes on with artifacts whose rows are gone.</summary>
    public async Task ResumeAsync()
    {
        using var patience = new CancellationTokenSource(Budget);
        await RemoveOrphansAsync(new Part(false, 0, await use.ServedAsync(), patience.Token));
    }

    private async Task RunAsync(Part part, DeletedRun run)
    {
        var owner = new OrphanedArtifacts(run.RunId, run.ArtifactUri);
        if (await ReasonAsync(part, owner) is { } reason)
        {
            part.Keep(PurgeKind.Run, run.RunId, run.Name, reason);
            return;
        }

        var bytes = await ArtifactFolder.MeasureAsync(artifacts, run.ArtifactUri, part.Patience);
        if (!part.DryRun)
        {
            if (await store.PurgeRunAsync(run.RunId, part.DeletedBefore) is { } refusal)
            {
                part.Keep(PurgeKind.Run, run.RunId, run.Name, refusal);
                return;
            }

            LogRunGone(logger, run.RunId, run.ExperimentId, run.ArtifactUri);
            await RemoveAsync(part, owner);
        }

        part.Purged.Add(new PurgedItem(PurgeKind.Run, run.RunId, run.Name, run.DeletedTime, run.ArtifactUri, bytes));
    }

    private async Task ExperimentAsync(Part part, DeletedExperiment experiment)
    {
        if (await ReasonAsync(part, experiment) is { } reason)
        {
            part.Keep(PurgeKind.Experiment, experiment.ExperimentId, experiment.Name, reason);
            return;
        }

        long? bytes = 0;
        foreach (var model in experiment.Models)
        {
            bytes += await ArtifactFolder.MeasureAsync(artifacts, model.Uri, part.Patience);
        }

        if (!part.DryRun)
        {
            if (await store.PurgeExperimentAsync(experiment.ExperimentId, part.DeletedBefore) is { } refusal)
            {
                part.Keep(PurgeKind.Experiment, experiment.ExperimentId, experiment.Name, refusal);
                return;
            }

            LogExperimentGone(logger, experiment.ExperimentId, experiment.Name);
            await RemoveOrphansAsync(part);
        }

        part.Purged.Add(new PurgedItem(PurgeKind.Experiment, experiment.ExperimentId, experiment.Name, experiment.DeletedTime, experiment.ArtifactLocation, bytes));
    }

    private async Task<string?> ReasonAsync(Part part, OrphanedArtifacts owner) =>
        ArtifactFolder.Fault(artifacts, owner) ?? await use.FindAsync(owner.OwnerId, part.Served, CancellationToken.None);

    private async Task<string?> ReasonAsync(Part part, DeletedExperiment experiment)
    {
        if (PurgeReasons.ToKeep(experiment) is { } reason)
        {
            return reason;
        }

        foreach (var remaining in experiment.Runs)
        {
            // In a dry run those are still there that would have gone by now.
            var goes = part.DryRun && remaining.Run is { } run && run.DeletedTime <= part.DeletedBefore
                && await ReasonAsync(part, new OrphanedArtifacts(run.RunId, run.ArtifactUri)) is null;
            if (!goes)
            {
                return PurgeReasons.HasRun(remaining.RunId);
            }

            if (part.Patience.IsCancellationRequested)
            {
                return $"a dry run has no time to look at each of its {experiment.Runs.Count} runs once more";
            }
        }

        foreach (var model in experiment.Models)
        {
            if (await ReasonAsync(part, model) is { } needed)
            {
                return $"its logged model {model.OwnerId} stays: {needed}";
            }
        }

        return null;
    }

    private async Task RemoveOrphansAsync(Part part)
    {
        foreach (var orphan in (await store.ListOrphansAsync(MaxOrphans)).TakeWhile(_ => !part.Patience.IsCancellationRequested))
        {
            await RemoveAsync(part, orphan);
        }
    }

    private async Task RemoveAsync(Part part, OrphanedArtifacts owner)
    {
        try
        {
            if (owner.Uri.Length > 0 && await use.FindAsync(owner.OwnerId, part.Served, CancellationToken.None) is { } needed)
            {
                // Registered after the rows had gone: the files are all that is left of the model.
                LogArtifactsStay(logger, owner.OwnerId, owner.Uri, needed);
            }
            else
            {
                await ArtifactFolder.RemoveAsync(artifacts, owner, part.Patience);
            }

            await store.ForgetOrphanAsync(owner.OwnerId);
        }
        catch (OperationCanceledException) when (part.Patience.IsCancellationRequested)
        {
            // What is gone is gone; the note stays for the next call.
        }
        catch (Exception exception) when (exception is MLOpsException or IOException or UnauthorizedAccessException)
        {
            LogArtifactsLeft(logger, exception, owner.OwnerId, owner.Uri);
        }
    }

    /// <summary>One call's work so far.</summary>
    private sealed record Part(bool DryRun, long DeletedBefore, IReadOnlyList<(string Endpoint, VariantState Variant)> Served, CancellationToken Patience)
    {
        public List<PurgedItem> Purged { get; } = [];

        public List<KeptItem> Kept { get; } = [];

        public void Keep(PurgeKind kind, string id, string name, string reason) => Kept.Add(new KeptItem(kind, id, name, reason));
    }
}
