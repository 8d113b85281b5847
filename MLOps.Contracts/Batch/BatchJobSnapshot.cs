namespace MLOps.Contracts.Batch;

/// <summary>A job as it is. Times are Unix ms.</summary>
/// <param name="Spec">With the dataset's version and the chunk's rows filled in.</param>
/// <param name="Message">What it is doing, or why it failed.</param>
/// <param name="ModelVersion">The version that every row is computed by, fixed at the start.</param>
/// <param name="InputDigest">First 16 hex digits of the SHA-256 of the input's bytes, fixed at the start.</param>
/// <param name="Rows">Rows of the input; null until they have been counted.</param>
/// <param name="RowsDone">Rows that are durable.</param>
/// <param name="RowsFailed">Of these, rows without outputs.</param>
/// <param name="RowsPerSecond">Over the time that the job has worked; null before the first chunk.</param>
/// <param name="RunId">Null until it has begun.</param>
/// <param name="Result">Path of the result in the run's artifacts; null until it is there.</param>
/// <param name="ResultDigest">SHA-256 of the result's bytes in hex; null until it is there.</param>
[GenerateSerializer, Immutable, Alias("mlops.BatchJobSnapshot")]
public sealed record BatchJobSnapshot(
    [property: Id(0)] string JobId,
    [property: Id(1)] BatchJobSpec Spec,
    [property: Id(2)] BatchJobStatus Status,
    [property: Id(3)] string? Message,
    [property: Id(4)] string ModelName,
    [property: Id(5)] int ModelVersion,
    [property: Id(6)] string InputDigest,
    [property: Id(7)] long? Rows,
    [property: Id(8)] long RowsDone,
    [property: Id(9)] long RowsFailed,
    [property: Id(10)] double? RowsPerSecond,
    [property: Id(11)] string? RunId,
    [property: Id(12)] string? Result,
    [property: Id(13)] string? ResultDigest,
    [property: Id(14)] long CreationTime,
    [property: Id(15)] long? StartTime,
    [property: Id(16)] long? EndTime)
{
    /// <summary>Name of the result among the run's artifacts.</summary>
    public const string ResultFile = "predictions.parquet";
}
