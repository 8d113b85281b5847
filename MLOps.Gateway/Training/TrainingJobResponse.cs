using MLOps.Contracts.Training;

namespace MLOps.Gateway.Training;

/// <summary>A job on the wire. Times are Unix ms.</summary>
/// <param name="QueuePosition">Of a waiting job: 1 is the next that its silo trains.</param>
/// <param name="EstimatedEndTime">Of a running job, by its pace so far; null: not known yet.</param>
internal sealed record TrainingJobResponse(
    string JobId,
    string Model,
    string Dataset,
    int DatasetVersion,
    string Experiment,
    string Status,
    double Progress,
    string? Message,
    string? RunId,
    string? ModelName,
    int? ModelVersion,
    long CreationTime,
    long? StartTime,
    long? EndTime,
    int Priority,
    int? QueuePosition,
    long? EstimatedEndTime)
{
    public static TrainingJobResponse Of(TrainingJobSnapshot job) => new(
        job.JobId,
        job.Spec.Model,
        job.Spec.Dataset,
        job.Spec.DatasetVersion,
        job.Spec.Experiment,
        job.Status.ToString().ToLowerInvariant(),
        job.Progress,
        job.Message,
        job.RunId,
        job.ModelName,
        job.ModelVersion,
        job.CreationTime,
        job.StartTime,
        job.EndTime,
        job.Spec.Priority,
        job.QueuePosition,
        job.EstimatedEndTime);
}
