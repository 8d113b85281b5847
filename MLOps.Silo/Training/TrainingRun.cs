using System.Globalization;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Silo.Datasets;
using MLOps.Silo.Runs;
using MLOps.Tracking;

namespace MLOps.Silo.Training;

/// <summary>A job as an MLflow run. Every step can be done again without a trace: a crash may come after any of them.</summary>
internal sealed class TrainingRun(IGrainFactory grains, ITrackingStore tracking, JobExperiments experiments, TimeProvider time)
{
    /// <summary>The tag of a run, and of a version, that names the job.</summary>
    public const string JobTag = "mlops.training.job_id";

    /// <summary>Finds the job's run, or makes it, and logs its input.</summary>
    /// <returns>The run as it was found: its metrics are those of earlier attempts.</returns>
    public async Task<Run> OpenAsync(TrainingAttempt attempt, DatasetVersion version, ITrainingJobOwnerGrain owner, CancellationToken cancellationToken)
    {
        var run = await FindAsync(attempt.Job.RunId!, cancellationToken) ?? await CreateAsync(attempt, version, owner, cancellationToken);
        await grains.GetGrain<IRunGrain>(run.Info.RunId).LogInputsAsync([DatasetInputs.Of(version, "training")], []);
        return run;
    }

    public Task FinishAsync(string runId) => grains.GetGrain<IRunGrain>(runId).UpdateAsync(new UpdateRun(RunStatus.Finished, Now(), null));

    /// <summary>What names the job, its data and its model, on the run and on the version.</summary>
    public static KeyValue[] Tags(TrainingAttempt attempt, DatasetVersion version) =>
    [
        new(JobTag, attempt.Job.JobId),
        new("mlops.model.id", attempt.Job.Spec.Model),
        new("mlops.dataset", $"{version.Name}/{version.Version.ToString(CultureInfo.InvariantCulture)}"),
        new("mlops.dataset.digest", version.Digest),
        .. (attempt.Job.Spec.TrainEnd ?? version.LastDate) is { } end ? [new KeyValue("mlops.training.train_end", end)] : Array.Empty<KeyValue>(),
    ];

    private async Task<Run?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        try
        {
            return await tracking.GetRunAsync(runId, cancellationToken);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            return null;
        }
    }

    private async Task<Run> CreateAsync(TrainingAttempt attempt, DatasetVersion version, ITrainingJobOwnerGrain owner, CancellationToken cancellationToken)
    {
        var job = attempt.Job;
        var created = await grains.GetGrain<IRunGrain>(job.RunId!).CreateAsync(new CreateRun(
            await experiments.FindOrCreateAsync(job.Spec.Experiment, cancellationToken),
            job.Spec.RunName,
            "mlops",
            Now(),
            [
                new("mlflow.source.name", "mlops-training"),
                new("mlflow.source.type", "JOB"),
                new("mlflow.user", "mlops"),
                .. job.Spec.ParentRunId is { } parent ? [new KeyValue(TrialQuery.ParentTag, parent)] : Array.Empty<KeyValue>(),
                .. Tags(attempt, version),
                .. TrainerHeartbeat.Announcement(time),
            ]));
        if (created.Info.RunId != job.RunId)
        {
            // An upstream server gives runs ids of its own.
            await owner.SetRunAsync(attempt.Number, created.Info.RunId);
        }

        return created;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
