using System.Text.Json.Serialization;
using MLOps.Contracts.Experiments;

namespace MLOps.Contracts.Training;

public enum TrainingJobStatus
{
    Queued = 0,
    Running,
    Paused,
    Completed,
    Failed,
    Stopped,
}

/// <summary>What to train on what.</summary>
/// <param name="Model">Catalogue id, for example <c>garch</c>.</param>
/// <param name="DatasetVersion">0: the newest.</param>
/// <param name="Experiment">Empty: <see cref="DefaultExperiment"/>.</param>
/// <param name="TrainEnd">Last day of the training rows (inclusive), ISO date; null: all rows.</param>
/// <param name="RegisterAs">Registered model that gets a new version on success; null: none.</param>
/// <param name="Priority">Higher ones are trained first, those of one priority in order of arrival.</param>
/// <param name="ParentRunId">The run that the job's run belongs under (<c>mlflow.parentRunId</c>); null: none.</param>
/// <param name="Features">Feature pipeline as JSON, which the model is trained behind; null: none.</param>
/// <param name="Evaluation">Null: none beside what the model says of itself.</param>
/// <param name="CheckpointEvery">Steps (epochs or iterations, as the model counts) after which a checkpoint is due, if not by time before; null: the trainer's setting.</param>
[GenerateSerializer, Immutable, Alias("mlops.TrainingJobSpec")]
public sealed record TrainingJobSpec(
    [property: Id(0)] string Model,
    [property: Id(1)] string Dataset,
    [property: Id(2)] int DatasetVersion,
    [property: Id(3)] string Experiment,
    [property: Id(4)] string? RunName,
    [property: Id(5)] string? TrainEnd,
    [property: Id(6)] IReadOnlyList<KeyValue> Parameters,
    [property: Id(7)] string? RegisterAs,
    [property: Id(8)] int Priority = 0,
    [property: Id(9)] string? ParentRunId = null,
    [property: Id(10)] EvaluationSpec? Evaluation = null,
    [property: Id(11)] string? Features = null,
    [property: Id(12)] long? CheckpointEvery = null)
{
    /// <summary>Most steps between two checkpoints.</summary>
    public const long MaximumCheckpointEvery = 1_000_000_000;

    public const int LowestPriority = -100;

    public const int HighestPriority = 100;

    /// <summary>Where runs go when no experiment is named.</summary>
    public const string DefaultExperiment = "financial-models";
}

/// <summary>A job as it is. Times are Unix ms.</summary>
/// <param name="Progress">0..1.</param>
/// <param name="Message">What it is doing, or why it failed.</param>
/// <param name="QueuePosition">Of a waiting job: 1 is the next that its silo trains.</param>
/// <param name="EstimatedEndTime">Of a running job, by its progress so far; null: not known yet.</param>
[GenerateSerializer, Immutable, Alias("mlops.TrainingJobSnapshot")]
public sealed record TrainingJobSnapshot(
    [property: Id(0)] string JobId,
    [property: Id(1)] TrainingJobSpec Spec,
    [property: Id(2)] TrainingJobStatus Status,
    [property: Id(3)] double Progress,
    [property: Id(4)] string? Message,
    [property: Id(5)] string? RunId,
    [property: Id(6)] string? ModelName,
    [property: Id(7)] int? ModelVersion,
    [property: Id(8)] long CreationTime,
    [property: Id(9)] long? StartTime,
    [property: Id(10)] long? EndTime,
    [property: Id(11)] int? QueuePosition = null,
    [property: Id(12)] long? EstimatedEndTime = null)
{
    [JsonIgnore]
    public bool IsEnded => Status is TrainingJobStatus.Completed or TrainingJobStatus.Failed or TrainingJobStatus.Stopped;
}
