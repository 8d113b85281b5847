namespace MLOps.Client.Batch;

/// <summary>A batch inference job as it is.</summary>
public sealed record BatchJob
{
    public required string JobId { get; init; }

    public string? Endpoint { get; init; }

    public string? ModelUri { get; init; }

    public string ModelName { get; init; } = "";

    /// <summary>The version that every row is computed by.</summary>
    public int ModelVersion { get; init; }

    public string? Dataset { get; init; }

    public int? DatasetVersion { get; init; }

    public string? UploadId { get; init; }

    public string InputDigest { get; init; } = "";

    public int ChunkRows { get; init; }

    /// <summary><c>fail</c> or <c>skip</c>.</summary>
    public string OnError { get; init; } = "";

    public BatchJobStatus Status { get; init; }

    /// <summary>0..1.</summary>
    public double Progress { get; init; }

    /// <summary>What it is doing, or why it failed.</summary>
    public string? Message { get; init; }

    /// <summary>Null until they have been counted.</summary>
    public long? Rows { get; init; }

    /// <summary>Rows that are durable.</summary>
    public long RowsDone { get; init; }

    /// <summary>Of these, rows without outputs.</summary>
    public long RowsFailed { get; init; }

    public double? RowsPerSecond { get; init; }

    /// <summary>Null until it has begun.</summary>
    public string? RunId { get; init; }

    /// <summary>Path of the result in the run's artifacts; null until it is there.</summary>
    public string? Result { get; init; }

    /// <summary>SHA-256 of the result's bytes in hex.</summary>
    public string? ResultDigest { get; init; }

    public DateTimeOffset? CreationTime { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public DateTimeOffset? EndTime { get; init; }

    public bool IsEnded => Status is BatchJobStatus.Completed or BatchJobStatus.Failed or BatchJobStatus.Stopped;

    /// <exception cref="MLOpsClientException">The job did not complete; code <c>BATCH_FAILED</c> or <c>BATCH_STOPPED</c>, the message is the job's.</exception>
    public BatchJob EnsureCompleted() => Status == BatchJobStatus.Completed
        ? this
        : throw new MLOpsClientException(
            $"Batch job {JobId} ({ModelName} version {ModelVersion}) is {Status.ToString().ToLowerInvariant()}: {Message}",
            $"BATCH_{Status.ToString().ToUpperInvariant()}",
            System.Net.HttpStatusCode.OK);
}
