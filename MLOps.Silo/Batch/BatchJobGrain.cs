using Microsoft.Extensions.Logging;
using MLOps.Contracts.Batch;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Silo.Hosting;
using MLOps.Silo.Jobs;
using MLOps.Silo.Roles;

namespace MLOps.Silo.Batch;

/// <summary>Owns one job's state. The silo on which it is activated when the job is queued works on it, off the grain scheduler.</summary>
[GrainType("batch-job"), PreferRole(SiloRoles.Batch)]
internal sealed partial class BatchJobGrain(
    [PersistentState("batch-job")] IPersistentState<BatchJobState> state,
    BatchSpecCheck check,
    BatchQueue queue,
    BatchParts parts,
    TimeProvider time,
    ILogger<BatchJobGrain> logger) : Grain, IBatchJobGrain, IBatchJobOwnerGrain
{
    /// <summary>Attempts in a row without new rows after which an outage is a failure.</summary>
    private const int MaximumSetbacks = 30;

    private string JobId => this.GetPrimaryKeyString();

    private BatchJobSnapshot Job => state.State.Job ?? throw new MLOpsException(ProblemCode.NotFound, $"Batch job '{JobId}' does not exist.");

    private bool Ended => Job.Status is BatchJobStatus.Completed or BatchJobStatus.Failed or BatchJobStatus.Stopped;

    private INameIndexGrain Open => GrainFactory.GetGrain<INameIndexGrain>(NameIndex.OpenBatchJobs);

    public async Task<BatchJobSnapshot> StartAsync(BatchJobSpec spec)
    {
        if (state.State.Job is not null)
        {
            throw new MLOpsException(ProblemCode.AlreadyExists, $"Batch job '{JobId}' exists already: start another with a new id.");
        }

        var start = await check.CheckAsync(spec);
        await GrainFactory.GetGrain<INameIndexGrain>(NameIndex.BatchJobs).AddAsync(JobId);
        await GrainFactory.GetGrain<INameIndexGrain>(NameIndex.BatchJobsOf(start.ModelName, start.ModelVersion)).AddAsync(JobId);
        await Open.AddAsync(JobId);
        state.State.Plan = start.Plan;
        await QueueAsync(new BatchJobSnapshot(
            JobId, start.Spec, BatchJobStatus.Queued, "waiting for a worker", start.ModelName, start.ModelVersion, start.InputDigest, null, 0, 0, null, null, null, null, Now(), null, null));
        LogStarted(logger, JobId, start.ModelName, start.ModelVersion, start.InputDigest);
        return Job;
    }

    public Task<BatchJobSnapshot> GetAsync() => Task.FromResult(Job);

    public async Task<BatchJobSnapshot> PauseAsync()
    {
        switch (Job.Status)
        {
            case BatchJobStatus.Queued:
                await SetAsync(Job with { Status = BatchJobStatus.Paused, Message = "paused on request" });
                break;
            case BatchJobStatus.Running when state.State.Request != BatchRequest.Stop:
                await AskAsync(BatchRequest.Pause, "pausing");
                break;
            default:
                throw Wrong("only a queued or running job can be paused");
        }

        // On another silo nothing happens here; that worker learns of the request with its next chunk.
        queue.Interrupt(JobId);
        return Job;
    }

    public async Task<BatchJobSnapshot> ResumeAsync()
    {
        if (Job.Status != BatchJobStatus.Paused)
        {
            throw Wrong(state.State.Request == BatchRequest.Pause && !Ended ? "its worker has not let go yet; ask again in a moment" : "only a paused job can be resumed");
        }

        await QueueAsync(Job with { Status = BatchJobStatus.Queued, Message = "waiting for a worker" });
        return Job;
    }

    public async Task<BatchJobSnapshot> StopAsync()
    {
        if (Ended)
        {
            throw Wrong("only a job that has not ended can be stopped");
        }

        if (Job.Status == BatchJobStatus.Running)
        {
            await AskAsync(BatchRequest.Stop, "stopping");
        }
        else
        {
            await EndAsync(Job with { Status = BatchJobStatus.Stopped, Message = "stopped on request" });
        }

        queue.Interrupt(JobId);
        return Job;
    }

    public async Task<BatchAttempt?> BeginAsync(string runId, string silo)
    {
        if (Job.Status != BatchJobStatus.Queued)
        {
            return null;
        }

        state.State.Attempt++;
        state.State.Silo = silo;
        state.State.Request = BatchRequest.None;
        await SetAsync(Job with { Status = BatchJobStatus.Running, Message = "reading the input", RunId = Job.RunId ?? runId, StartTime = Job.StartTime ?? Now() });
        return new BatchAttempt(state.State.Attempt, Job, state.State.Plan!, state.State.Parts.ToArray());
    }

    public async Task SetRunAsync(int attempt, string runId)
    {
        if (IsCurrent(attempt))
        {
            await SetAsync(Job with { RunId = runId });
        }
    }

    public async Task<bool> PreparedAsync(int attempt, long rows, string modelDigest)
    {
        if (!IsCurrent(attempt))
        {
            return false;
        }

        state.State.Plan = state.State.Plan! with { ModelDigest = modelDigest };
        await SetAsync(Job with { Rows = rows, Message = state.State.Request == BatchRequest.None ? null : Job.Message });
        return state.State.Request == BatchRequest.None;
    }

    public async Task<bool> RecordAsync(int attempt, BatchPart part)
    {
        if (!IsCurrent(attempt))
        {
            return false;
        }

        if (part.FirstRow != Job.RowsDone + 1)
        {
            throw new InvalidOperationException($"Batch job {JobId} has {Job.RowsDone} rows and was given rows from {part.FirstRow} on.");
        }

        state.State.Parts.Add(part);
        (state.State.Losses, state.State.Setbacks) = (0, 0);
        await SetAsync(Job with { RowsDone = Job.RowsDone + part.Rows, RowsFailed = Job.RowsFailed + part.Failed, RowsPerSecond = BatchRate.Of(state.State.Parts) });
        return state.State.Request == BatchRequest.None;
    }

    public Task CompleteAsync(int attempt, string resultDigest) => IsCurrent(attempt)
        ? EndAsync(Job with { Status = BatchJobStatus.Completed, Message = null, Result = BatchJobSnapshot.ResultFile, ResultDigest = resultDigest })
        : Task.CompletedTask;

    public Task FailAsync(int attempt, string message) => IsCurrent(attempt) ? FailAsync(message) : Task.CompletedTask;

    public Task LeftAsync(int attempt) => IsCurrent(attempt) ? FollowRequestAsync("waiting for a worker") : Task.CompletedTask;

    public async Task SetBackAsync(int attempt, string message)
    {
        if (!IsCurrent(attempt))
        {
            return;
        }

        if (++state.State.Setbacks > MaximumSetbacks)
        {
            await FailAsync($"Given up after {MaximumSetbacks} attempts without progress: {message}");
        }
        else if (state.State.Request != BatchRequest.None)
        {
            await FollowRequestAsync(message);
        }
        else
        {
            // Not queued at once: whatever did not answer gets time. The next look at the open jobs finds that no silo has it.
            state.State.Silo = null;
            await SetAsync(Job with { Status = BatchJobStatus.Queued, Message = $"waiting to try again: {message}" });
        }
    }

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
        else if (Job.Status != BatchJobStatus.Paused && !queue.IsHeld(JobId, state.State.Silo, silo, holds))
        {
            LogRecovered(logger, JobId, state.State.Silo, Job.RowsDone + 1);
            if (Job.Status == BatchJobStatus.Running && JobLosses.Fault(++state.State.Losses, ++state.State.LossesInAll, "worker", "new rows") is { } fault)
            {
                await FailAsync(fault);
            }
            else
            {
                await FollowRequestAsync("waiting for a worker: the one before did not come to the end");
            }
        }
    }

    private bool IsCurrent(int attempt) => attempt == state.State.Attempt && Job.Status == BatchJobStatus.Running;

    /// <summary>Nobody works on the job: it becomes what was asked for, or waits for the next worker.</summary>
    private async Task FollowRequestAsync(string message)
    {
        switch (state.State.Request)
        {
            case BatchRequest.Stop:
                await EndAsync(Job with { Status = BatchJobStatus.Stopped, Message = "stopped on request" });
                break;
            case BatchRequest.Pause:
                state.State.Request = BatchRequest.None;
                await SetAsync(Job with { Status = BatchJobStatus.Paused, Message = "paused on request" });
                break;
            default:
                await QueueAsync(Job with { Status = BatchJobStatus.Queued, Message = message });
                break;
        }
    }

    private async Task QueueAsync(BatchJobSnapshot job)
    {
        state.State.Silo = queue.Silo;
        state.State.Request = BatchRequest.None;
        await SetAsync(job);
        queue.Enqueue(JobId);
    }

    private Task FailAsync(string message) => EndAsync(Job with { Status = BatchJobStatus.Failed, Message = message });

    private Task AskAsync(BatchRequest request, string message)
    {
        state.State.Request = request;
        return SetAsync(Job with { Message = message });
    }

    private async Task EndAsync(BatchJobSnapshot job)
    {
        await SetAsync(job with { EndTime = Now() });
        await TidyAsync();
    }

    /// <summary>Ends the run and deletes the parts. Until that is done the job counts as open, so that it is tried again.</summary>
    private async Task TidyAsync()
    {
        try
        {
            await EndRunAsync();
            await parts.DeleteAsync(JobId);
            await Open.RemoveAsync(JobId);
        }
        catch (Exception exception) when (exception is MLOpsException or OrleansException or TimeoutException)
        {
            LogNotTidied(logger, exception, JobId);
        }
    }

    private async Task EndRunAsync()
    {
        if (Job.RunId is not { } runId)
        {
            return;
        }

        var status = Job.Status switch
        {
            BatchJobStatus.Completed => RunStatus.Finished,
            BatchJobStatus.Failed => RunStatus.Failed,
            _ => RunStatus.Killed,
        };
        try
        {
            await GrainFactory.GetGrain<IRunGrain>(runId).UpdateAsync(new UpdateRun(status, Job.EndTime, null));
        }
        catch (MLOpsException e) when (e.Code is ProblemCode.NotFound or ProblemCode.InvalidArgument or ProblemCode.InvalidState)
        {
            // The job ended before its run was made, or somebody has deleted the run: there is none to end.
        }
    }

    private async Task SetAsync(BatchJobSnapshot job)
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

    private MLOpsException Wrong(string rule) =>
        new(ProblemCode.InvalidState, $"Batch job '{JobId}' is {(state.State.Request == BatchRequest.None || Ended ? Job.Status.ToString().ToLowerInvariant() : Job.Message)}: {rule}.");

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
