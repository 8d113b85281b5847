using Microsoft.Extensions.Logging;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Silo.Hosting;
using MLOps.Silo.Roles;

namespace MLOps.Silo.Training;

/// <summary>Owns one job's state. The silo on which it is activated when the job is queued trains it, off the grain scheduler.</summary>
[GrainType("training-job"), PreferRole(SiloRoles.Training)]
internal sealed partial class TrainingJobGrain(
    [PersistentState("job")] IPersistentState<TrainingJobState> state,
    TrainingSpecCheck check,
    TrainingQueue queue,
    TrainingCheckpoints checkpoints,
    TimeProvider time,
    ILogger<TrainingJobGrain> logger) : Grain, ITrainingJobGrain, ITrainingJobOwnerGrain
{
    /// <summary>Silos in a row that may end while they train the job, without a new checkpoint: it may be the job that ends them.</summary>
    private const int MaximumLosses = 5;

    /// <summary>Attempts in a row without a new checkpoint after which an outage is a failure.</summary>
    private const int MaximumSetbacks = 30;

    private string JobId => this.GetPrimaryKeyString();

    private TrainingJobSnapshot Job => state.State.Job ?? throw new MLOpsException(ProblemCode.NotFound, $"Training job '{JobId}' does not exist.");

    private bool Ended => Job.Status is TrainingJobStatus.Completed or TrainingJobStatus.Failed or TrainingJobStatus.Stopped;

    private INameIndexGrain Open => GrainFactory.GetGrain<INameIndexGrain>(NameIndex.OpenTrainingJobs);

    public async Task<TrainingJobSnapshot> StartAsync(TrainingJobSpec spec)
    {
        if (state.State.Job is not null)
        {
            throw new MLOpsException(ProblemCode.AlreadyExists, $"Training job '{JobId}' exists already: start another with a new id.");
        }

        var complete = await check.CheckAsync(spec);
        await GrainFactory.GetGrain<INameIndexGrain>(NameIndex.TrainingJobs).AddAsync(JobId);
        await Open.AddAsync(JobId);
        await QueueAsync(new TrainingJobSnapshot(JobId, complete, TrainingJobStatus.Queued, 0, "waiting for a trainer", null, null, null, Now(), null, null));
        LogQueued(logger, JobId, complete.Model, complete.Dataset, complete.DatasetVersion);
        return Job;
    }

    public Task<TrainingJobSnapshot> GetAsync() => Task.FromResult(Job);

    public async Task<TrainingJobSnapshot> StopAsync()
    {
        if (Ended)
        {
            throw new MLOpsException(ProblemCode.InvalidState, $"Training job '{JobId}' is {Job.Status.ToString().ToLowerInvariant()}: only a queued or running job can be stopped.");
        }

        if (Job.Status == TrainingJobStatus.Queued)
        {
            await EndAsync(Job with { Status = TrainingJobStatus.Stopped, Message = Job.RunId is null ? "stopped before it began" : "stopped on request" });
        }
        else
        {
            state.State.StopRequested = true;
            await SetAsync(Job with { Message = "stopping" });
        }

        // On another silo nothing happens here; that trainer learns of the stop with its next report.
        queue.Interrupt(JobId);
        return Job;
    }

    public async Task<TrainingAttempt?> BeginAsync(string runId, string silo)
    {
        if (Job.Status != TrainingJobStatus.Queued)
        {
            return null;
        }

        state.State.Attempt++;
        state.State.Silo = silo;
        await SetAsync(Job with { Status = TrainingJobStatus.Running, RunId = Job.RunId ?? runId, StartTime = Job.StartTime ?? Now(), Message = "starting" });
        return new TrainingAttempt(state.State.Attempt, Job, state.State.Checkpoint, state.State.Source);
    }

    public async Task SetRunAsync(int attempt, string runId)
    {
        if (IsCurrent(attempt))
        {
            await SetAsync(Job with { RunId = runId });
        }
    }

    public async Task<bool> LogAsync(int attempt, IReadOnlyList<Metric> metrics)
    {
        if (!IsToGoOn(attempt))
        {
            return false;
        }

        await GrainFactory.GetGrain<IRunGrain>(Job.RunId!).LogBatchAsync(new LogBatch(metrics, [], []));
        return true;
    }

    public Task<bool> ReportProgressAsync(int attempt, double fraction, string message)
    {
        if (IsToGoOn(attempt))
        {
            state.State.Job = Job with { Progress = Math.Clamp(fraction, 0, 1), Message = message };
        }

        return Task.FromResult(IsToGoOn(attempt));
    }

    public async Task<bool> SetCheckpointAsync(int attempt, TrainingCheckpoint checkpoint)
    {
        if (!IsCurrent(attempt))
        {
            return false;
        }

        state.State.Checkpoint = checkpoint;
        (state.State.Losses, state.State.Setbacks) = (0, 0);
        await SetAsync(Job);
        return IsToGoOn(attempt);
    }

    public async Task<bool> SetTrainedAsync(int attempt, string source)
    {
        if (!IsToGoOn(attempt))
        {
            return false;
        }

        state.State.Source = source;
        await SetAsync(Job);
        return true;
    }

    public Task CompleteAsync(int attempt, string? modelName, int? modelVersion) => IsCurrent(attempt)
        ? EndAsync(Job with { Status = TrainingJobStatus.Completed, Progress = 1, Message = null, ModelName = modelName, ModelVersion = modelVersion })
        : Task.CompletedTask;

    public Task FailAsync(int attempt, string message) => IsCurrent(attempt) ? FailAsync(message) : Task.CompletedTask;

    public Task LeftAsync(int attempt) => IsCurrent(attempt) ? FollowRequestAsync("waiting for a trainer") : Task.CompletedTask;

    public async Task SetBackAsync(int attempt, string message)
    {
        if (!IsCurrent(attempt))
        {
            return;
        }

        if (++state.State.Setbacks > MaximumSetbacks)
        {
            await FailAsync($"Given up after {MaximumSetbacks} attempts without a new checkpoint: {message}");
        }
        else if (IsToStop)
        {
            await FollowRequestAsync(message);
        }
        else
        {
            // Not queued at once: whatever did not answer gets time. The next look at the open jobs finds that no silo has it.
            state.State.Silo = null;
            await SetAsync(Job with { Status = TrainingJobStatus.Queued, Message = $"waiting to try again: {message}" });
        }
    }

    public async Task<bool> IsToSpeakAsync()
    {
        if (state.State.Job is not null && !Ended)
        {
            await RecoverAsync(queue.Silo, queue.Holds(JobId));
        }

        return Job.Status is not (TrainingJobStatus.Queued or TrainingJobStatus.Paused);
    }

    public Task FailSilentAsync(TimeSpan silence) => Job.Status == TrainingJobStatus.Running
        ? FailAsync($"Its trainer has given no sign of life for {silence.TotalSeconds:0} s. Start it again.")
        : Task.CompletedTask;

    public async Task RecoverAsync(string silo, bool holds)
    {
        if (state.State.Job is null)
        {
            // The process ended between the index and the state.
            await Open.RemoveAsync(JobId);
        }
        else if (Ended)
        {
            await TidyAsync();
        }
        else if (Job.Status != TrainingJobStatus.Paused && !queue.IsHeld(JobId, state.State.Silo, silo, holds))
        {
            LogRecovered(logger, JobId, state.State.Silo, state.State.Checkpoint?.Step ?? 0);
            if (Job.Status == TrainingJobStatus.Running && ++state.State.Losses > MaximumLosses)
            {
                await FailAsync($"{state.State.Losses} trainers in a row ended before the job did, without a new checkpoint (a crash, a kill or a restart). Start it again.");
            }
            else
            {
                await FollowRequestAsync("waiting for a trainer: the one before did not come to the end");
            }
        }
    }

    /// <summary>A person has asked to stop, and it is not too late.</summary>
    private bool IsToStop => state.State.StopRequested && state.State.Source is null;

    private bool IsCurrent(int attempt) => attempt == state.State.Attempt && Job.Status == TrainingJobStatus.Running;

    private bool IsToGoOn(int attempt) => IsCurrent(attempt) && !IsToStop;

    /// <summary>Nobody trains the job: it becomes what was asked for, or waits for the next trainer.</summary>
    private Task FollowRequestAsync(string message) => IsToStop
        ? EndAsync(Job with { Status = TrainingJobStatus.Stopped, Message = "stopped on request" })
        : QueueAsync(Job with { Status = TrainingJobStatus.Queued, Message = message });

    private async Task QueueAsync(TrainingJobSnapshot job)
    {
        state.State.Silo = queue.Silo;
        await SetAsync(job);
        queue.Enqueue(JobId);
    }

    private Task FailAsync(string message) => EndAsync(Job with { Status = TrainingJobStatus.Failed, Message = message });

    private async Task EndAsync(TrainingJobSnapshot job)
    {
        await SetAsync(job with { EndTime = Now() });
        await TidyAsync();
    }

    /// <summary>Ends the run and deletes the checkpoints. Until that is done the job counts as open, so that it is tried again.</summary>
    private async Task TidyAsync()
    {
        try
        {
            await EndRunAsync();
            await checkpoints.DeleteAsync(JobId);
            await Open.RemoveAsync(JobId);
        }
        catch (Exception exception) when (exception is MLOpsException or OrleansException or TimeoutException)
        {
            LogNotTidied(logger, exception, JobId);
        }
    }

    /// <summary>Ends the run of a job that did not complete: the trainer ends that of one that did, before there is a version of its model.</summary>
    private async Task EndRunAsync()
    {
        if (Job.RunId is not { } runId || Job.Status == TrainingJobStatus.Completed)
        {
            return;
        }

        try
        {
            var status = Job.Status == TrainingJobStatus.Failed ? RunStatus.Failed : RunStatus.Killed;
            await GrainFactory.GetGrain<IRunGrain>(runId).UpdateAsync(new UpdateRun(status, Job.EndTime, null));
        }
        catch (MLOpsException e) when (e.Code is ProblemCode.NotFound or ProblemCode.InvalidArgument or ProblemCode.InvalidState)
        {
            // The job ended before its run was made, or somebody has deleted the run: there is none to end.
        }
    }

    private async Task SetAsync(TrainingJobSnapshot job)
    {
        var before = state.State.Job?.Status;
        state.State.Job = job;
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

        if (before != job.Status)
        {
            LogStatus(logger, JobId, job.Status.ToString());
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
