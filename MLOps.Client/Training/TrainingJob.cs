namespace MLOps.Client.Training;

/// <summary>A training job as it is.</summary>
public sealed record TrainingJob
{
    public required string JobId { get; init; }

    /// <summary>Catalogue id.</summary>
    public string Model { get; init; } = "";

    public string Dataset { get; init; } = "";

    public int? DatasetVersion { get; init; }

    public string? Experiment { get; init; }

    public TrainingJobStatus Status { get; init; }

    /// <summary>0..1.</summary>
    public double Progress { get; init; }

    /// <summary>What it is doing, or why it failed.</summary>
    public string? Message { get; init; }

    /// <summary>Null until it has begun.</summary>
    public string? RunId { get; init; }

    /// <summary>The registered model that gets a version.</summary>
    public string? ModelName { get; init; }

    /// <summary>Null until it is registered.</summary>
    public int? ModelVersion { get; init; }

    public DateTimeOffset? CreationTime { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public DateTimeOffset? EndTime { get; init; }

    /// <summary>Higher ones are trained first.</summary>
    public int Priority { get; init; }

    /// <summary>Of a waiting job: 1 is the next that its silo trains.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>Of a running job, by its pace so far; null: not known yet.</summary>
    public DateTimeOffset? EstimatedEndTime { get; init; }

    public bool IsEnded => Status is TrainingJobStatus.Completed or TrainingJobStatus.Failed or TrainingJobStatus.Stopped;

    /// <exception cref="MLOpsClientException">The job did not complete; code <c>TRAINING_FAILED</c> or <c>TRAINING_STOPPED</c>, the message is the job's.</exception>
    public TrainingJob EnsureCompleted() => Status == TrainingJobStatus.Completed
        ? this
        : throw new MLOpsClientException(
            $"Training job {JobId} ({Model}) is {Status.ToString().ToLowerInvariant()}: {Message}",
            $"TRAINING_{Status.ToString().ToUpperInvariant()}",
            System.Net.HttpStatusCode.OK);
}
