using Microsoft.Extensions.Logging;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Silo.Training;
using MLOps.Tracking;

namespace MLOps.Silo.Runs;

/// <summary>The lease that ends a run whose client died: made by the tag that announces heartbeats, looked at by a reminder, dropped when the run has ended.</summary>
internal sealed partial class RunGrain
{
    private const string LeaseReminder = "heartbeat";
    private Task<bool>? _watching;

    public async Task WatchAsync()
    {
        if (housekeeping.Value.HeartbeatPatience == TimeSpan.Zero)
        {
            return;
        }

        var watching = _watching ??= TryMakeLeaseAsync();
        if (!await watching && _watching == watching)
        {
            _watching = null;
        }
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (!await IsOverAsync())
        {
            return;
        }

        try
        {
            if (await this.GetReminder(LeaseReminder) is { } reminder)
            {
                await this.UnregisterReminder(reminder);
            }
        }
        catch (ReminderException exception)
        {
            // The client came back in between and made the reminder anew.
            LogStillWatched(logger, exception, RunId);
        }
        finally
        {
            // Last: a sign of life that came in between finds the lease in place, and the one after it makes a new one.
            _watching = null;
        }
    }

    /// <summary>A client that announces heartbeats, or gives one, is watched from then on; one whose run was ended while it could not be heard has it back.</summary>
    private async Task HeedAsync(IReadOnlyList<KeyValue> tags)
    {
        var announces = RunLease.IntervalOf(tags) is not null;
        var returns = _watching is null && RunLease.ValueOf(tags, HeartbeatTags.Beat) is not null;
        if (!announces && !(returns && RunLease.IntervalOf((await store.GetRunAsync(RunId)).Tags) is not null))
        {
            return;
        }

        if (await store.ReviveSilentRunAsync(RunId))
        {
            LogRevived(logger, RunId);
            var info = (await store.GetRunAsync(RunId)).Info;
            await NotifyAsync(observer => observer.OnUpdatedAsync(info));
        }

        await WatchAsync();
    }

    private async Task<bool> TryMakeLeaseAsync()
    {
        try
        {
            var period = housekeeping.Value.HeartbeatCheckPeriod;
            await this.RegisterOrUpdateReminder(LeaseReminder, period, period);
            return true;
        }
        catch (Exception exception) when (exception is OrleansException or MLOpsException or TimeoutException)
        {
            // The run is worth more than the watch over it: the next sign of life tries again, and so does the hourly search.
            LogNotWatched(logger, exception, RunId);
            return false;
        }
    }

    /// <returns>Whether there is nothing left to watch: the run has ended, now or before, or is gone, or has taken its announcement back.</returns>
    private async Task<bool> IsOverAsync()
    {
        if (_lease.HasWritten())
        {
            return false;
        }

        try
        {
            var run = await store.GetRunAsync(RunId);
            if (housekeeping.Value.HeartbeatPatience == TimeSpan.Zero
                || run.Info is not { Status: RunStatus.Running or RunStatus.Scheduled, LifecycleStage: LifecycleStage.Active }
                || RunLease.IntervalOf(run.Tags) is not { } interval)
            {
                return true;
            }

            return _lease.SilenceOf(run, interval) is { } silence && await EndAsync(run, silence);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            return true;
        }
        catch (MLOpsException exception)
        {
            // A client cannot be heard while the store does not answer.
            _lease.OnSign();
            LogNotLookedAt(logger, exception, RunId);
            return false;
        }
    }

    private async Task<bool> EndAsync(Run run, TimeSpan silence)
    {
        var job = await JobOfAsync(run);
        if (job is not null && !await job.IsToSpeakAsync())
        {
            // Nobody trains it now, and nobody has to give a sign.
            _lease.OnSign();
            return false;
        }

        if (!await store.EndSilentRunAsync(RunId, new EndSilentRun(RunLease.ValueOf(run.Tags, HeartbeatTags.Beat), time.GetUtcNow().ToUnixTimeMilliseconds(), silence)))
        {
            return false;
        }

        LogEnded(logger, RunId, silence);
        var info = (await store.GetRunAsync(RunId)).Info;
        await NotifyAsync(observer => observer.OnUpdatedAsync(info));
        if (job is not null)
        {
            await job.FailSilentAsync(silence);
        }

        return true;
    }

    /// <returns>The training job whose run this is; null: it came from elsewhere, whatever its tags say.</returns>
    private async Task<ITrainingJobOwnerGrain?> JobOfAsync(Run run)
    {
        if (RunLease.ValueOf(run.Tags, TrainingRun.JobTag) is not { } jobId)
        {
            return null;
        }

        try
        {
            var job = await GrainFactory.GetGrain<ITrainingJobGrain>(jobId).GetAsync();
            return job.RunId == RunId ? GrainFactory.GetGrain<ITrainingJobOwnerGrain>(jobId) : null;
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Run {RunId} failed: its client has given no sign of life for {Silence}")]
    private static partial void LogEnded(ILogger logger, string runId, TimeSpan silence);

    [LoggerMessage(LogLevel.Information, "Run {RunId} is running again: its client has given a sign of life")]
    private static partial void LogRevived(ILogger logger, string runId);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} announced heartbeats and is not watched yet: the reminder could not be written")]
    private static partial void LogNotWatched(ILogger logger, Exception exception, string runId);

    [LoggerMessage(LogLevel.Information, "Run {RunId} stays watched")]
    private static partial void LogStillWatched(ILogger logger, Exception exception, string runId);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} could not be looked at for signs of life: its client has its whole patience again")]
    private static partial void LogNotLookedAt(ILogger logger, Exception exception, string runId);
}
