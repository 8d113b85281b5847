using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Silo.Jobs;
using Orleans.CodeGeneration;

namespace MLOps.Silo.Training;

/// <summary>What the trainer tells the grain of its job, and the search whose trial it is. Implemented by <see cref="TrainingJobGrain"/>. What a trainer says whose attempt is over is not heard.</summary>
[Alias("mlops.ITrainingJobOwnerGrain"), Version(3)]
internal interface ITrainingJobOwnerGrain : IJobOwnerGrain
{
    /// <summary>A trainer takes the job up.</summary>
    /// <param name="runId">The id that its run gets, unless it has one.</param>
    /// <param name="silo">The trainer's silo.</param>
    /// <returns>Null: the job is not to be trained.</returns>
    [Alias("begin")]
    Task<TrainingAttempt?> BeginAsync(string runId, string silo);

    /// <summary>The run got another id than was chosen.</summary>
    [Alias("run")]
    Task SetRunAsync(int attempt, string runId);

    /// <summary>Logs the metrics to the job's run. Through the grain, so that nothing of an attempt that is over comes after what its successor has read.</summary>
    /// <returns><see cref="TrainingOrder.LetGo"/>: nothing was logged.</returns>
    [Alias("log-metrics")]
    Task<TrainingOrder> LogAsync(int attempt, IReadOnlyList<Metric> metrics);

    [Alias("report-progress")]
    Task<TrainingOrder> ReportProgressAsync(int attempt, double fraction, string message);

    /// <summary>The checkpoint's file is durable, and so are the metrics up to its step.</summary>
    [Alias("set-checkpoint")]
    Task<TrainingOrder> SetCheckpointAsync(int attempt, TrainingCheckpoint checkpoint);

    /// <summary>The trained model's folder is whole. From here on a pause or a stop comes too late: the run and its version belong together.</summary>
    /// <returns><see cref="TrainingOrder.GoOn"/>: a version is to be made of it. <see cref="TrainingOrder.Finish"/>: the job has ended, stopped, and keeps the folder.</returns>
    [Alias("set-trained")]
    Task<TrainingOrder> SetTrainedAsync(int attempt, string source);

    [Alias("complete")]
    Task CompleteAsync(int attempt, string? modelName, int? modelVersion);

    [Alias("fail")]
    Task FailAsync(int attempt, string message);

    /// <summary>The trainer has let go, because it was asked to.</summary>
    /// <param name="isAtCheckpoint">False: where it let go, there was nothing to keep.</param>
    [Alias("let-go")]
    Task LeftAsync(int attempt, bool isAtCheckpoint);

    /// <summary>The trainer has let go, because a store or a silo did not answer.</summary>
    [Alias("setback")]
    Task SetBackAsync(int attempt, string message);

    /// <summary>Ends the job as a first <see cref="MLOps.Contracts.Training.ITrainingJobGrain.StopAsync"/> does: the best model so far is kept. Asked again it is the same, so that a search that
    /// does not know whether it has asked may ask; a job that ends already is left to.</summary>
    /// <exception cref="MLOps.Contracts.Problems.MLOpsException">NotFound: no such job.</exception>
    [Alias("finish")]
    Task FinishAsync();

    /// <summary>The job's run has had no sign of life for so long. A job whose silo is gone is queued again.</summary>
    /// <returns>False: the trainer need not give a sign now, for the job waits for one.</returns>
    [Alias("is-to-speak")]
    Task<bool> IsToSpeakAsync();

    /// <summary>The run was ended, for its trainer had been silent for too long.</summary>
    [Alias("fail-silent")]
    Task FailSilentAsync(TimeSpan silence);
}
