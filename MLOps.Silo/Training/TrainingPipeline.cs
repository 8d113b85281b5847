using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Models.Catalog;
using MLOps.Models.Evaluation.Validation;
using MLOps.Monitoring.Drift;
using MLOps.Silo.Datasets;
using MLOps.Silo.Jobs;

namespace MLOps.Silo.Training;

/// <summary>One attempt at a job: from its last checkpoint to its registered version. A step's metrics are durable before the checkpoint that comes after it, and a metric that is
/// there already is not logged again: whenever the process ends, no step is lost and none is there twice.</summary>
internal sealed partial class TrainingPipeline(
    IGrainFactory grains,
    ModelCatalog catalog,
    DatasetTable data,
    TrainingRun runs,
    TrainingCheckpoints checkpoints,
    ModelFolder folder,
    ModelRegistration registration,
    SharpeTrials sharpe,
    TrainingQueue queue,
    IOptions<TrainingOptions> options,
    TrainingInstruments instruments,
    TimeProvider time,
    ILogger<TrainingPipeline> logger)
{
    /// <summary>Whether this process has said that it cannot train some models.</summary>
    private bool _isUnfit;

    /// <exception cref="OperationCanceledException">The silo stops. Every other end of the attempt is reported to the job's grain.</exception>
    public async Task RunAsync(JobWork work, CancellationToken siloStops)
    {
        var owner = grains.GetGrain<ITrainingJobOwnerGrain>(work.JobId);
        if (work.Interrupted.IsCancellationRequested
            || await owner.BeginAsync(Guid.NewGuid().ToString("N"), queue.Silo) is not { } attempt)
        {
            return;
        }

        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(work.Interrupted, siloStops);
        await using var memory = MemoryWatch.Start(options.Value.Memory, cancel, time);
        var begun = time.GetTimestamp();
        var outcome = "failed";
        instruments.OnBegin();
        try
        {
            LogBegun(logger, work.JobId, attempt.Checkpoint?.Step ?? 0, attempt.Number);
            outcome = await WorkAsync(attempt, owner, cancel);
        }
        catch (TrainingPausedException)
        {
            outcome = "paused";
            await owner.LeftAsync(attempt.Number, isAtCheckpoint: true);
        }
        catch (OperationCanceledException) when (memory.Fault is { } fault && !siloStops.IsCancellationRequested)
        {
            LogTooMuchMemory(logger, work.JobId, fault);
            await owner.FailAsync(attempt.Number, fault);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            outcome = siloStops.IsCancellationRequested ? "left" : "stopped";
            siloStops.ThrowIfCancellationRequested();
            await owner.LeftAsync(attempt.Number, isAtCheckpoint: false);
        }
        catch (PlatformNotSupportedException exception)
        {
            // Nothing is wrong with the job: every one like it fails here until somebody mends the machine, who is told once.
            if (Interlocked.Exchange(ref _isUnfit, true) == false)
            {
                LogUnfit(logger, exception.Message);
            }

            await owner.FailAsync(attempt.Number, exception.Message);
        }
        catch (Exception exception) when (JobFault.IsTransient(exception))
        {
            outcome = "left";
            LogSetBack(logger, exception, work.JobId);
            await owner.SetBackAsync(attempt.Number, exception.Message);
        }
#pragma warning disable CA1031 // Whatever ends a training, the job and its run must say so; the exception is logged whole.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception, work.JobId);
            await owner.FailAsync(attempt.Number, MessageOf(exception));
        }
        finally
        {
            instruments.OnEnd(attempt.Job.Spec.Model, outcome, time.GetElapsedTime(begun));
        }
    }

    private static string MessageOf(Exception exception) => exception switch
    {
        ModelTrainingException or MLOpsException => exception.Message,
        _ => JobFault.Unexpected(exception, "the training"),
    };

    /// <returns>The outcome, as the instruments have it.</returns>
    private async Task<string> WorkAsync(TrainingAttempt attempt, ITrainingJobOwnerGrain owner, CancellationTokenSource cancel)
    {
        var spec = attempt.Job.Spec;
        var dataset = (await grains.GetGrain<IDatasetGrain>(spec.Dataset).GetVersionsAsync()).First(v => v.Version == spec.DatasetVersion);
        var run = await runs.OpenAsync(attempt, dataset, owner, cancel.Token);
        var source = attempt.Source;
        if (source is null)
        {
            source = await TrainAsync(attempt, run, dataset, owner, cancel);
            if (GoOnIf(await owner.SetTrainedAsync(attempt.Number, source), cancel) == TrainingOrder.Finish)
            {
                return "stopped";
            }
        }

        await runs.FinishAsync(run.Info.RunId);
        int? version = spec.RegisterAs is { } name
            ? await registration.RegisterAsync(name, source, run.Info.RunId, [.. TrainingRun.Tags(attempt, dataset), .. await sharpe.TagsAsync(run.Info.RunId, cancel.Token)])
            : null;
        await owner.CompleteAsync(attempt.Number, version is null ? null : spec.RegisterAs, version);
        return "completed";
    }

    /// <returns>The model's folder.</returns>
    private async Task<string> TrainAsync(TrainingAttempt attempt, Run before, DatasetVersion version, ITrainingJobOwnerGrain owner, CancellationTokenSource cancel)
    {
        var spec = attempt.Job.Spec;
        var definition = JobDefinition.Of(
            catalog.Find(spec.Model) ?? throw new MLOpsException(ProblemCode.NotFound, $"Model '{spec.Model}' is not in this silo's catalogue: every silo must run the same release."),
            spec);
        var run = grains.GetGrain<IRunGrain>(before.Info.RunId);
        await using var heartbeat = TrainerHeartbeat.Start(run, time, logger);
        GoOnIf(await owner.ReportProgressAsync(attempt.Number, attempt.Job.Progress, "reading the data"), cancel);
        var rows = await data.ReadAsync(version, cancel.Token);
        var checkpoint = attempt.Checkpoint is { } last ? await checkpoints.ReadAsync(attempt.Job.JobId, last, cancel.Token) : null;
        var evaluated = checkpoint is not null && attempt.Checkpoint!.IsEvaluation ? EvaluationCheckpoint.Read(checkpoint) : null;
        if (checkpoint is not null && attempt.Checkpoint!.IsEvaluation && evaluated is null)
        {
            LogOtherEvaluation(logger, attempt.Job.JobId);
        }

        var request = new TrainingRequest(
            rows, TrainEnd(spec.TrainEnd), ThreadBudget.Apply(definition, spec.Parameters, options.Value), attempt.Checkpoint is { IsEvaluation: false } ? checkpoint : null);
        var evaluation = JobEvaluation.Of(spec.Evaluation, definition, request);

        // Now, not at the end: a run that is stopped or fails says what it was started with. And a sign of life: the trainer before may have been silent for long.
        var parameters = HyperParameterValues.Parse(definition.HyperParameters, request.Parameters).AsText;
        await run.LogBatchAsync(new LogBatch([], NewParams(parameters, before.Params), [.. TrainerHeartbeat.Announcement(time)]));
        var start = evaluated is not null || request.Checkpoint is not null ? attempt.Checkpoint : null;
        var pump = new TrainingPump(attempt, start, before.Metrics, owner, checkpoints, new CheckpointCadence(options.Value.CheckpointInterval, spec.CheckpointEvery ?? options.Value.CheckpointEvery), time, cancel);
        using var heard = queue.Listen(attempt.Job.JobId, pump);
        pump.Take(await owner.ReportProgressAsync(attempt.Number, attempt.Job.Progress, "training"));
        var validated = await TrainOnOwnThreadAsync(attempt.Job.JobId, definition, request, evaluation, evaluated, pump, cancel.Token);

        GoOnIf(await owner.ReportProgressAsync(attempt.Number, 1, "writing the model"), cancel);
        var model = validated.Model;
        var (profile, noProfile) = Profile(attempt.Job.JobId, model.Monitored);
        var validation = new ValidationFile(validated, profile, noProfile);
        var tags = model.Tags.Select(tag => new KeyValue(tag.Key, tag.Value)).ToList();
        if (noProfile is not null)
        {
            tags.Add(new KeyValue("mlops.monitoring", $"none: {noProfile}"));
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        GoOnIf(
            await owner.LogAsync(attempt.Number, [.. model.Metrics.Concat(validation.Metrics).Concat(await sharpe.FiguresAsync(before, validated.Returns, cancel.Token)).Where(metric => pump.IsNew(metric.Key, pump.LastStep)).Select(metric => new Metric(metric.Key, metric.Value, now, pump.LastStep))]),
            cancel);
        await run.LogBatchAsync(new LogBatch(
            [],
            NewParams(model.Parameters.Where(parameter => !parameters.ContainsKey(parameter.Key)), before.Params),
            tags));
        return await folder.WriteAsync(before.Info.RunId, before.Info.ArtifactUri, spec.Model, model with { Files = [.. model.Files, validation.Content(rows)] }, profile, cancel.Token);
    }

    /// <summary>Trains on a thread of its own, so that hours of CPU work hold up neither the grain scheduler nor the thread pool, and give way to requests.</summary>
    private async Task<ValidatedModel> TrainOnOwnThreadAsync(string jobId, IModelDefinition definition, TrainingRequest request, JobEvaluation? evaluation, EvaluationCheckpoint? evaluated, TrainingPump pump, CancellationToken cancellationToken)
    {
        var passing = pump.RunAsync();
        try
        {
            return await LowPriorityThread.RunAsync("mlops-training", () =>
            {
                var model = evaluated?.Model ?? definition.Train(request, evaluation is null ? pump : new TrainingPart(pump, evaluation.Trainings), cancellationToken);
                pump.OnTrained();
                var result = evaluation?.Evaluate(definition, request.Parameters, model, evaluated?.Progress, pump, cancellationToken);
                var report = Validate(jobId, definition, model, request, evaluation, cancellationToken);
                return new ValidatedModel(result is null ? model : evaluation!.AddTo(model, result), report, JobValidation.Returns(report, result));
            });
        }
        finally
        {
            // When a write failed and so ended the training, its error is the one to report.
            pump.Complete();
            await passing;
        }
    }

    private ValidationReport Validate(string jobId, IModelDefinition definition, TrainedModel model, TrainingRequest request, JobEvaluation? evaluation, CancellationToken cancellationToken)
    {
        try
        {
            var candidates = JobValidation.Candidates(request.Data, request.TrainEnd, evaluation?.LastFold);
            return ModelValidation.Of(definition, model, request.Data, candidates, JobValidation.FoldsOf(evaluation), cancellationToken);
        }
#pragma warning disable CA1031 // A model that took hours to train is worth having without these figures; its file says what went wrong, and the exception is logged whole.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogNotValidated(logger, exception, jobId);
            return ModelValidation.None($"an unexpected error ended the validation ({exception.GetType().Name}: {exception.Message})");
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

    private static TrainingOrder GoOnIf(TrainingOrder answer, CancellationTokenSource cancel)
    {
        if (answer == TrainingOrder.LetGo)
        {
            cancel.Cancel();
        }

        cancel.Token.ThrowIfCancellationRequested();
        return answer;
    }

    /// <summary>What an earlier attempt has not logged: a parameter of a run does not change, and another machine may have another default, for example of threads.</summary>
    private static KeyValue[] NewParams(IEnumerable<KeyValuePair<string, string>> parameters, IReadOnlyList<KeyValue> logged) =>
        [.. parameters.Where(parameter => logged.All(known => known.Key != parameter.Key)).Select(parameter => new KeyValue(parameter.Key, parameter.Value))];

    private static DateOnly? TrainEnd(string? text) => text is null ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
