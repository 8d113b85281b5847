using Microsoft.Extensions.Logging;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Silo.Hosting;
using MLOps.Silo.Jobs;
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
    /// <summary>Attempts in a row without a new checkpoint after which an outage is a failure.</summary>
    private const int MaximumSetbacks = 30;

    private const string StoppedMessage = "stopped on request";

    /// <summary>How fast the trainer that has the job gets on.</summary>
    private readonly ProgressRate _rate = new(time);

    private string JobId => this.GetPrimaryKeyString();

    private TrainingJobSnapshot Job => state.State.Job ?? throw new MLOpsException(ProblemCode.NotFound, $"Training job '{JobId}' does not exist.");

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
        return Seen();
    }

    public Task<TrainingJobSnapshot> GetAsync() => Task.FromResult(Seen());

    public async Task<TrainingJobSnapshot> PauseAsync()
    {
        switch (Job.Status)
        {
            case TrainingJobStatus.Queued when state.State.Order == TrainingOrder.GoOn:
                queue.Interrupt(JobId);
                await SetAsync(Job with { Status = TrainingJobStatus.Paused, Message = "paused on request" });
                break;
            case TrainingJobStatus.Running when state.State.Order <= TrainingOrder.Pause:
                CheckNotTrained();
                await OrderAsync(TrainingOrder.Pause, "pausing: at its next checkpoint, or at its end if there is none before");
                break;
            default:
                throw Refused("only a queued or running job that nobody has stopped can be paused");
        }

        return Seen();
    }

    public async Task<TrainingJobSnapshot> ResumeAsync()
    {
        switch (Job.Status)
        {
            case TrainingJobStatus.Paused:
                await QueueAsync(Job with { Status = TrainingJobStatus.Queued, Message = "waiting for a trainer" });
                break;
            case TrainingJobStatus.Running when state.State.Order == TrainingOrder.Pause:
                await OrderAsync(TrainingOrder.GoOn, "going on");
                break;
            default:
                throw Refused("only a paused job can be resumed");
        }

        return Seen();
    }

    public async Task<TrainingJobSnapshot> StopAsync()
    {
        if (Job.IsEnded)
        {
            throw Refused("only a job that has not ended can be stopped");
        }

        CheckNotTrained();
        var keeps = state.State.Order != TrainingOrder.Finish;
        if (Job.Status == TrainingJobStatus.Running)
        {
            await OrderAsync(
                keeps ? TrainingOrder.Finish : TrainingOrder.LetGo,
                keeps ? "stopping: the best model so far is kept, if there is one; stop again to end at once" : "stopping");
        }
        else if (keeps && state.State.Checkpoint is not null)
        {
            // A trainer makes the model of the checkpoint.
            state.State.Order = TrainingOrder.Finish;
            await QueueAsync(Job with { Status = TrainingJobStatus.Queued, Message = "stopping: waiting for a trainer to keep the best model so far; stop again to end at once" });
        }
        else
        {
            queue.Interrupt(JobId);
            await EndAsync(Job with { Status = TrainingJobStatus.Stopped, Message = Job.RunId is null ? "stopped before it began" : StoppedMessage });
        }

        return Seen();
    }

    public Task FinishAsync() => Job.IsEnded || state.State.Source is not null || state.State.Order is TrainingOrder.Finish or TrainingOrder.LetGo
        ? Task.CompletedTask
        : StopAsync();

    public async Task<TrainingAttempt?> BeginAsync(string runId, string silo)
    {
        if (Job.Status != TrainingJobStatus.Queued)
        {
            return null;
        }

        state.State.Attempt++;
        state.State.Silo = silo;
        _rate.Begin();
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

    public async Task<TrainingOrder> LogAsync(int attempt, IReadOnlyList<Metric> metrics)
    {
        var order = OrderFor(attempt);
        if (order != TrainingOrder.LetGo)
        {
            await GrainFactory.GetGrain<IRunGrain>(Job.RunId!).LogBatchAsync(new LogBatch(metrics, [], []));
        }

        return order;
    }

    public Task<TrainingOrder> ReportProgressAsync(int attempt, double fraction, string message)
    {
        var order = OrderFor(attempt);
        if (order != TrainingOrder.LetGo)
        {
            var progress = Math.Clamp(fraction, 0, 1);
            _rate.Report(progress);

            // What a person has asked for stays to be read until it is done.
            state.State.Job = Job with { Progress = progress, Message = order == TrainingOrder.GoOn ? message : Job.Message };
        }

        return Task.FromResult(order);
    }

    public async Task<TrainingOrder> SetCheckpointAsync(int attempt, TrainingCheckpoint checkpoint)
    {
        if (IsCurrent(attempt))
        {
            state.State.Checkpoint = checkpoint;
            (state.State.Losses, state.State.Setbacks) = (0, 0);
            await SetAsync(Job);
        }

        return OrderFor(attempt);
    }

    public async Task<TrainingOrder> SetTrainedAsync(int attempt, string source)
    {
        switch (OrderFor(attempt))
        {
            case TrainingOrder.LetGo:
                return TrainingOrder.LetGo;
            case TrainingOrder.Finish:
                await EndAsync(Job with { Status = TrainingJobStatus.Stopped, Message = $"{StoppedMessage}; the best model so far is in the run's artifacts, folder '{ModelFolder.Name}'" });
                return TrainingOrder.Finish;
            default:
                // A pause comes too late.
                (state.State.Source, state.State.Order) = (source, TrainingOrder.GoOn);
                await SetAsync(Job);
                return TrainingOrder.GoOn;
        }
    }

    public Task CompleteAsync(int attempt, string? modelName, int? modelVersion) => IsCurrent(attempt)
        ? EndAsync(Job with { Status = TrainingJobStatus.Completed, Progress = 1, Message = null, ModelName = modelName, ModelVersion = modelVersion })
        : Task.CompletedTask;

    public Task FailAsync(int attempt, string message) => IsCurrent(attempt) ? FailAsync(message) : Task.CompletedTask;

    public Task LeftAsync(int attempt, bool isAtCheckpoint)
    {
        if (!IsCurrent(attempt))
        {
            return Task.CompletedTask;
        }

        if (state.State.Order == TrainingOrder.Finish && !isAtCheckpoint)
        {
            // Its model has no best to end with: another trainer would find none either.
            state.State.Order = TrainingOrder.LetGo;
        }

        return FollowOrderAsync("waiting for a trainer");
    }

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
        else if (IsToLeave)
        {
            await FollowOrderAsync(message);
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
        if (state.State.Job is not null && !Job.IsEnded)
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
        else if (Job.IsEnded)
        {
            await TidyAsync();
        }
        else if (Job.Status != TrainingJobStatus.Paused && !queue.IsHeld(JobId, state.State.Silo, silo, holds))
        {
            LogRecovered(logger, JobId, state.State.Silo, state.State.Checkpoint?.Step ?? 0);
            if (Job.Status == TrainingJobStatus.Running && JobLosses.Fault(++state.State.Losses, ++state.State.LossesInAll, "trainer", "a new checkpoint") is { } fault)
            {
                await FailAsync(fault);
            }
            else
            {
                await FollowOrderAsync("waiting for a trainer: the one before did not come to the end");
            }
        }
    }

    private bool IsCurrent(int attempt) => attempt == state.State.Attempt && Job.Status == TrainingJobStatus.Running;

    /// <summary>Nobody has to train the job further to do what a person has asked for.</summary>
    private bool IsToLeave => state.State.Order is TrainingOrder.Pause or TrainingOrder.LetGo || (state.State.Order == TrainingOrder.Finish && state.State.Checkpoint is null);

    private TrainingOrder OrderFor(int attempt) => IsCurrent(attempt) ? state.State.Order : TrainingOrder.LetGo;

    /// <summary>The job with what is so only now.</summary>
    private TrainingJobSnapshot Seen() => Job.Status switch
    {
        TrainingJobStatus.Queued => Job with { QueuePosition = queue.PositionOf(JobId) },
        TrainingJobStatus.Running => Job with { EstimatedEndTime = _rate.End?.ToUnixTimeMilliseconds() },
        _ => Job,
    };

    /// <summary>Asks the trainer for something. On another silo it hears of it with its next report.</summary>
    private async Task OrderAsync(TrainingOrder order, string message)
    {
        state.State.Order = order;
        await SetAsync(Job with { Message = message });
        queue.Tell(JobId, order);
    }

    /// <summary>Nobody trains the job: it becomes what was asked for, or waits for the next trainer.</summary>
    private Task FollowOrderAsync(string message)
    {
        if (!IsToLeave)
        {
            return QueueAsync(Job with { Status = TrainingJobStatus.Queued, Message = message });
        }

        if (state.State.Order != TrainingOrder.Pause)
        {
            return EndAsync(Job with { Status = TrainingJobStatus.Stopped, Message = StoppedMessage });
        }

        state.State.Order = TrainingOrder.GoOn;
        return SetAsync(Job with { Status = TrainingJobStatus.Paused, Message = "paused on request" });
    }

    private async Task QueueAsync(TrainingJobSnapshot job)
    {
        state.State.Silo = queue.Silo;

        // Here its queue is: the grain stays beside it, to say where in it the job is and to reach its trainer.
        DelayDeactivation(TimeSpan.MaxValue);
        await SetAsync(job);

        // What is only to be kept does not wait behind what is to be trained.
        queue.Enqueue(JobId, state.State.Order == TrainingOrder.Finish ? int.MaxValue : job.Spec.Priority);
    }

    private Task FailAsync(string message) => EndAsync(Job with { Status = TrainingJobStatus.Failed, Message = message });

    private async Task EndAsync(TrainingJobSnapshot job)
    {
        await SetAsync(job with { EndTime = Now() });
        DelayDeactivation(TimeSpan.Zero);
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

    /// <exception cref="MLOpsException">InvalidState: it is too late to ask anything of the trainer.</exception>
    private void CheckNotTrained()
    {
        if (state.State.Source is not null)
        {
            throw Refused("its model is trained, and the job is about to complete");
        }
    }

    private MLOpsException Refused(string rule)
    {
        var asked = Job.IsEnded ? null : state.State.Order switch
        {
            TrainingOrder.Pause => " and about to be paused",
            TrainingOrder.Finish or TrainingOrder.LetGo => " and about to be stopped",
            _ => null,
        };
        return new(ProblemCode.InvalidState, $"Training job '{JobId}' is {Job.Status.ToString().ToLowerInvariant()}{asked}: {rule}.");
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
