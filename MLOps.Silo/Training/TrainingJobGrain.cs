using Microsoft.Extensions.Logging;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Silo.Hosting;
using MLOps.Silo.Roles;

namespace MLOps.Silo.Training;

/// <summary>Owns one job's state. The silo on which it is activated when the job starts trains it, off the grain scheduler.</summary>
[GrainType("training-job"), PreferRole(SiloRoles.Training)]
internal sealed partial class TrainingJobGrain(
    [PersistentState("job")] IPersistentState<TrainingJobState> state,
    TrainingSpecCheck check,
    TrainingQueue queue,
    ILocalSiloDetails silo,
    SiloLiveness silos,
    TimeProvider time,
    ILogger<TrainingJobGrain> logger) : Grain, ITrainingJobGrain, ITrainingJobOwnerGrain
{
    private string JobId => this.GetPrimaryKeyString();

    private TrainingJobSnapshot Job => state.State.Job ?? throw new MLOpsException(ProblemCode.NotFound, $"Training job '{JobId}' does not exist.");

    private bool Ended => Job.Status is TrainingJobStatus.Completed or TrainingJobStatus.Failed or TrainingJobStatus.Stopped;

    public async Task<TrainingJobSnapshot> StartAsync(TrainingJobSpec spec)
    {
        if (state.State.Job is not null)
        {
            throw new MLOpsException(ProblemCode.AlreadyExists, $"Training job '{JobId}' exists already: start another with a new id.");
        }

        var complete = await check.CheckAsync(spec);
        await GrainFactory.GetGrain<INameIndexGrain>(NameIndex.TrainingJobs).AddAsync(JobId);
        await GrainFactory.GetGrain<INameIndexGrain>(NameIndex.OpenTrainingJobs).AddAsync(JobId);
        state.State.Job = new TrainingJobSnapshot(JobId, complete, TrainingJobStatus.Queued, 0, "waiting for a trainer", null, null, null, Now(), null, null);
        state.State.Silo = silo.SiloAddress.ToParsableString();
        await WriteAsync();
        queue.Enqueue(JobId, complete);
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
            await EndAsync(Job with { Status = TrainingJobStatus.Stopped, Message = "stopped before it began" });
        }
        else
        {
            state.State.StopRequested = true;
            state.State.Job = Job with { Message = "stopping" };
            await WriteAsync();
        }

        // On another silo nothing happens here; that trainer learns of the stop with its next report.
        queue.Stop(JobId);
        return Job;
    }

    public async Task<bool> BeginAsync(string runId, string silo)
    {
        if (Job.Status != TrainingJobStatus.Queued)
        {
            return false;
        }

        state.State.Job = Job with { Status = TrainingJobStatus.Running, RunId = runId, StartTime = Now(), Message = "starting" };
        state.State.Silo = silo;
        await WriteAsync();
        return true;
    }

    public async Task SetRunAsync(string runId)
    {
        if (!Ended)
        {
            state.State.Job = Job with { RunId = runId };
            await WriteAsync();
        }
    }

    public Task<bool> ReportProgressAsync(double fraction, string message)
    {
        if (Job.Status == TrainingJobStatus.Running && !state.State.StopRequested)
        {
            state.State.Job = Job with { Progress = Math.Clamp(fraction, 0, 1), Message = message };
        }

        return Task.FromResult(Job.Status == TrainingJobStatus.Running && !state.State.StopRequested);
    }

    public Task CompleteAsync(string? modelName, int? modelVersion) =>
        EndAsync(Job with { Status = TrainingJobStatus.Completed, Progress = 1, Message = null, ModelName = modelName, ModelVersion = modelVersion });

    public Task FailAsync(string message) => EndAsync(Job with { Status = TrainingJobStatus.Failed, Message = message });

    public Task ReportStoppedAsync() => EndAsync(Job with { Status = TrainingJobStatus.Stopped, Message = "stopped on request" });

    public async Task RecoverAsync()
    {
        if (state.State.Job is null || Ended)
        {
            // The process ended between the index and the state, or between the state and the index.
            await GrainFactory.GetGrain<INameIndexGrain>(NameIndex.OpenTrainingJobs).RemoveAsync(JobId);
            return;
        }

        if (silos.IsAlive(state.State.Silo))
        {
            return;
        }

        if (Job.Status == TrainingJobStatus.Queued)
        {
            state.State.Silo = silo.SiloAddress.ToParsableString();
            await WriteAsync();
            queue.Enqueue(JobId, Job.Spec);
            return;
        }

        LogLost(logger, JobId, state.State.Silo);
        await FailRunAsync();
        await FailAsync("The process that trained this job ended before the job did (a crash, a kill or a restart). Start it again.");
    }

    private async Task FailRunAsync()
    {
        if (Job.RunId is not { } runId)
        {
            return;
        }

        try
        {
            await GrainFactory.GetGrain<IRunGrain>(runId).UpdateAsync(new UpdateRun(RunStatus.Failed, Now(), null));
        }
        catch (MLOpsException e) when (e.Code == ProblemCode.NotFound)
        {
            // The process ended after the job had taken its run id and before the run was made: there is no run to end.
        }
    }

    private async Task EndAsync(TrainingJobSnapshot job)
    {
        if (Ended)
        {
            return;
        }

        state.State.Job = job with { EndTime = Now() };
        await WriteAsync();
        await GrainFactory.GetGrain<INameIndexGrain>(NameIndex.OpenTrainingJobs).RemoveAsync(JobId);
        LogEnded(logger, JobId, job.Status.ToString());
    }

    private async Task WriteAsync()
    {
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
}
