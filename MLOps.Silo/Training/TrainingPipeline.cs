using System.Globalization;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Models.Catalog;
using MLOps.Monitoring.Drift;
using MLOps.Silo.Datasets;
using MLOps.Silo.Runs;

namespace MLOps.Silo.Training;

/// <summary>One job from its queue to its registered version: run, data, training, files, registration.</summary>
internal sealed partial class TrainingPipeline(
    IGrainFactory grains,
    JobExperiments experiments,
    ModelCatalog catalog,
    OhlcvFile data,
    ModelFolder folder,
    ModelRegistration registration,
    ILocalSiloDetails silo,
    TrainingInstruments instruments,
    TimeProvider time,
    ILogger<TrainingPipeline> logger)
{
    /// <summary>The tag of a run, and of a version, that names the job.</summary>
    public const string JobTag = "mlops.training.job_id";

    /// <exception cref="OperationCanceledException">The silo stops. Every other end of the job is reported to its grain.</exception>
    public async Task RunAsync(TrainingWork work, CancellationToken siloStops)
    {
        var job = grains.GetGrain<ITrainingJobOwnerGrain>(work.JobId);
        var run = new JobRun(Guid.NewGuid().ToString("N"));
        if (!await job.BeginAsync(run.Id, silo.SiloAddress.ToParsableString()))
        {
            return;
        }

        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(work.Stop, siloStops);
        var begun = time.GetTimestamp();
        var outcome = "failed";
        instruments.OnBegin();
        try
        {
            var version = await TrainAsync(work, run, job, cancel);
            outcome = "completed";
            await job.CompleteAsync(version is null ? null : work.Spec.RegisterAs, version);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            outcome = siloStops.IsCancellationRequested ? "left" : "stopped";
            siloStops.ThrowIfCancellationRequested();
            await EndRunAsync(run.Id, RunStatus.Killed);
            await job.ReportStoppedAsync();
        }
#pragma warning disable CA1031 // Whatever ends a training, the job and its run must say so; the exception is logged whole.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception, work.JobId);
            try
            {
                await EndRunAsync(run.Id, RunStatus.Failed);
            }
            finally
            {
                await job.FailAsync(MessageOf(exception));
            }
        }
        finally
        {
            instruments.OnEnd(work.Spec.Model, outcome, time.GetElapsedTime(begun));
        }
    }

    private static string MessageOf(Exception exception) => exception switch
    {
        ModelTrainingException or MLOpsException => exception.Message,
        _ => $"An unexpected error ended the training ({exception.GetType().Name}: {exception.Message}). The server's log has the details.",
    };

    private async Task<int?> TrainAsync(TrainingWork work, JobRun jobRun, ITrainingJobOwnerGrain job, CancellationTokenSource cancel)
    {
        var spec = work.Spec;
        var definition = catalog.Find(spec.Model)
            ?? throw new MLOpsException(ProblemCode.NotFound, $"Model '{spec.Model}' is not in this silo's catalogue: every silo must run the same release.");
        var version = (await grains.GetGrain<IDatasetGrain>(spec.Dataset).GetVersionsAsync()).First(v => v.Version == spec.DatasetVersion);
        var created = await grains.GetGrain<IRunGrain>(jobRun.Id).CreateAsync(new CreateRun(
            await experiments.FindOrCreateAsync(spec.Experiment, cancel.Token), spec.RunName, "mlops", Now(), [.. RunTags(work, version), .. TrainerHeartbeat.Announcement(time)]));
        var runId = created.Info.RunId;
        if (runId != jobRun.Id)
        {
            // An upstream server gives runs ids of its own.
            jobRun.Id = runId;
            await job.SetRunAsync(runId);
        }

        var run = grains.GetGrain<IRunGrain>(runId);
        await using var heartbeat = TrainerHeartbeat.Start(run, time, logger);
        await run.LogInputsAsync([DatasetInputs.Of(version, "training")], []);
        await job.ReportProgressAsync(0, "reading the data");
        var series = await data.ReadAsync(version, cancel.Token);
        var request = new TrainingRequest(series, TrainEnd(spec.TrainEnd), spec.Parameters.ToDictionary(p => p.Key, p => p.Value));

        // Now, not at the end: a run that is stopped or fails says what it was started with.
        var parameters = HyperParameterValues.Parse(definition.HyperParameters, request.Parameters).AsText;
        await run.LogBatchAsync(new LogBatch([], parameters.Select(parameter => new KeyValue(parameter.Key, parameter.Value)).ToArray(), []));
        var pump = new TrainingPump(run, job, time, cancel);
        var model = await TrainOnOwnThreadAsync(definition, request, pump, cancel.Token);

        await job.ReportProgressAsync(1, "writing the model");
        var (profile, noProfile) = Profile(work.JobId, model.Monitored);
        var tags = model.Tags.Select(tag => new KeyValue(tag.Key, tag.Value)).ToList();
        if (noProfile is not null)
        {
            tags.Add(new KeyValue("mlops.monitoring", $"none: {noProfile}"));
        }

        await run.LogBatchAsync(new LogBatch(
            [.. model.Metrics.Select(metric => new Metric(metric.Key, metric.Value, Now(), pump.LastStep))],
            [.. model.Parameters.Where(parameter => !parameters.ContainsKey(parameter.Key)).Select(parameter => new KeyValue(parameter.Key, parameter.Value))],
            tags));
        var source = await folder.WriteAsync(runId, created.Info.ArtifactUri, model, profile, cancel.Token);
        cancel.Token.ThrowIfCancellationRequested();

        // From here on a stop comes too late: the run and its version belong together.
        await EndRunAsync(runId, RunStatus.Finished);
        return spec.RegisterAs is { } name ? await registration.RegisterAsync(name, source, runId, VersionTags(work, version)) : null;
    }

    /// <summary>Trains on a thread of its own, so that hours of CPU work hold up neither the grain scheduler nor the thread pool.</summary>
    private static async Task<TrainedModel> TrainOnOwnThreadAsync(IModelDefinition definition, TrainingRequest request, TrainingPump pump, CancellationToken cancellationToken)
    {
        var passing = pump.RunAsync();
        try
        {
            return await Task.Factory.StartNew(
                () => definition.Train(request, pump, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            // When a write failed and so ended the training, its error is the one to report.
            pump.Complete();
            await passing;
        }
    }

    private (ReferenceProfile? Profile, string? Reason) Profile(string jobId, MonitoredFeatures? monitored)
    {
        if (monitored is null)
        {
            return (null, "the model names no features to watch");
        }

        var features = monitored.Features
            .Select((feature, i) => new ReferenceFeature(feature.Name, feature.Input, feature.Index, [.. monitored.Rows.Select(row => row[i])]))
            .ToArray();
        try
        {
            return (BlockCalibration.Calibrate(features, monitored.Dates[0], monitored.Dates[^1], new CalibrationOptions()), null);
        }
        catch (ArgumentException e)
        {
            // Too few rows, or constant features: a model without a watch is worth having; the run says why.
            LogNoProfile(logger, jobId, e.Message);
            return (null, e.Message);
        }
    }

    private async Task EndRunAsync(string runId, RunStatus status)
    {
        try
        {
            await grains.GetGrain<IRunGrain>(runId).UpdateAsync(new UpdateRun(status, Now(), null));
        }
        catch (MLOpsException e) when (e.Code == ProblemCode.NotFound && status != RunStatus.Finished)
        {
            // The job ended before its run was made.
        }
    }

    private static List<KeyValue> RunTags(TrainingWork work, DatasetVersion version) =>
    [
        new("mlflow.source.name", "mlops-training"),
        new("mlflow.source.type", "JOB"),
        new("mlflow.user", "mlops"),
        .. VersionTags(work, version),
    ];

    private static KeyValue[] VersionTags(TrainingWork work, DatasetVersion version) =>
    [
        new(JobTag, work.JobId),
        new("mlops.model.id", work.Spec.Model),
        new("mlops.dataset", $"{version.Name}/{version.Version.ToString(CultureInfo.InvariantCulture)}"),
        new("mlops.dataset.digest", version.Digest),
        new("mlops.training.train_end", work.Spec.TrainEnd ?? version.LastDate!),
    ];

    private static DateOnly? TrainEnd(string? text) => text is null ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
