using System.Globalization;
using MLOps.Contracts.Batch;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Silo.Datasets;
using MLOps.Silo.Runs;
using MLOps.Tracking;

namespace MLOps.Silo.Batch;

/// <summary>A job as an MLflow run. Every step can be done again without a trace: a crash may come after any of them.</summary>
internal sealed class BatchRun(IGrainFactory grains, ITrackingStore tracking, JobExperiments experiments, TimeProvider time)
{
    /// <summary>The tag of a run that names the job.</summary>
    public const string JobTag = "mlops.batch.job_id";

    /// <summary>Finds the job's run, or makes it, and logs what is known from the start.</summary>
    public async Task<RunInfo> OpenAsync(BatchAttempt attempt, IBatchJobOwnerGrain owner, CancellationToken cancellationToken)
    {
        var job = attempt.Job;
        var info = await FindAsync(job.RunId!, cancellationToken) ?? await CreateAsync(attempt, owner, cancellationToken);
        var run = grains.GetGrain<IRunGrain>(info.RunId);
        await run.LogInputsAsync([await InputAsync(attempt)], []);
        await run.LogBatchAsync(new LogBatch([], Parameters(job), []));
        return info;
    }

    /// <summary>Logs what came of the job. The values and times are those of the recorded chunks, so that logging them again adds nothing.</summary>
    public Task LogResultAsync(string runId, IReadOnlyList<BatchPart> parts, string digest)
    {
        var now = parts[^1].Time;
        return grains.GetGrain<IRunGrain>(runId).LogBatchAsync(new LogBatch(
            [
                new Metric("rows", parts.Sum(part => (long)part.Rows), now, 0),
                new Metric("rows_failed", parts.Sum(part => (long)part.Failed), now, 0),
                new Metric("rows_per_second", BatchRate.Of(parts) ?? double.NaN, now, 0),
            ],
            [],
            [new KeyValue("mlops.batch.result_digest", digest)]));
    }

    private async Task<RunInfo?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        try
        {
            return (await tracking.GetRunAsync(runId, cancellationToken)).Info;
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            return null;
        }
    }

    private async Task<RunInfo> CreateAsync(BatchAttempt attempt, IBatchJobOwnerGrain owner, CancellationToken cancellationToken)
    {
        var job = attempt.Job;
        var experiment = await experiments.FindOrCreateAsync(BatchJobSpec.Experiment, cancellationToken);
        var created = await grains.GetGrain<IRunGrain>(job.RunId!).CreateAsync(new CreateRun(
            experiment,
            job.Spec.RunName ?? $"{job.ModelName}-{Text(job.ModelVersion)}-{job.JobId[..8]}",
            "mlops",
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            [
                new("mlflow.source.name", "mlops-batch"),
                new("mlflow.source.type", "JOB"),
                new("mlflow.user", "mlops"),
                new(JobTag, job.JobId),
            ]));
        if (created.Info.RunId != job.RunId)
        {
            // An upstream server gives runs ids of its own.
            await owner.SetRunAsync(attempt.Number, created.Info.RunId);
        }

        return created.Info;
    }

    private async Task<DatasetInput> InputAsync(BatchAttempt attempt)
    {
        const string Context = "inference";
        var spec = attempt.Job.Spec;
        if (spec.Dataset is { } name)
        {
            var versions = await grains.GetGrain<IDatasetGrain>(name).GetVersionsAsync();
            return DatasetInputs.Of(versions.First(version => version.Version == spec.DatasetVersion), Context);
        }

        return new DatasetInput(
            $"upload-{spec.UploadId}",
            attempt.Job.InputDigest,
            DatasetInputs.SourceType,
            DatasetInputs.Source(attempt.Plan.InputSource),
            null,
            null,
            [new KeyValue(DatasetInputs.ContextTag, Context)]);
    }

    private static KeyValue[] Parameters(BatchJobSnapshot job) =>
    [
        new("model", job.ModelName),
        new("model_version", Text(job.ModelVersion)),
        .. job.Spec.Endpoint is { } endpoint ? [new KeyValue("endpoint", endpoint)] : Array.Empty<KeyValue>(),
        .. job.Spec.Dataset is { } dataset
            ? [new KeyValue("dataset", dataset), new KeyValue("dataset_version", Text(job.Spec.DatasetVersion))]
            : new KeyValue[] { new("upload_id", job.Spec.UploadId!) },
        new("input_digest", job.InputDigest),
        new("chunk_rows", Text(job.Spec.ChunkRows)),
        new("on_error", job.Spec.OnError.ToString().ToLowerInvariant()),
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
