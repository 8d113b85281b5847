using MLOps.Contracts.Batch;

namespace MLOps.Gateway.Batch;

/// <summary>A job on the wire. Times are Unix ms.</summary>
/// <param name="Progress">0..1: rows done of all rows.</param>
/// <param name="Rows">Null until they have been counted.</param>
internal sealed record BatchJobResponse(
    string JobId,
    string? Endpoint,
    string? ModelUri,
    string ModelName,
    int ModelVersion,
    string? Dataset,
    int? DatasetVersion,
    string? UploadId,
    string InputDigest,
    int ChunkRows,
    string OnError,
    string Status,
    double Progress,
    string? Message,
    long? Rows,
    long RowsDone,
    long RowsFailed,
    double? RowsPerSecond,
    string? RunId,
    string? Result,
    string? ResultDigest,
    long CreationTime,
    long? StartTime,
    long? EndTime)
{
    public static BatchJobResponse Of(BatchJobSnapshot job) => new(
        job.JobId,
        job.Spec.Endpoint,
        job.Spec.ModelUri,
        job.ModelName,
        job.ModelVersion,
        job.Spec.Dataset,
        job.Spec.Dataset is null ? null : job.Spec.DatasetVersion,
        job.Spec.UploadId,
        job.InputDigest,
        job.Spec.ChunkRows,
        job.Spec.OnError.ToString().ToLowerInvariant(),
        job.Status.ToString().ToLowerInvariant(),
        job.Rows is > 0 and var rows ? (double)job.RowsDone / rows : 0,
        job.Message,
        job.Rows,
        job.RowsDone,
        job.RowsFailed,
        job.RowsPerSecond,
        job.RunId,
        job.Result,
        job.ResultDigest,
        job.CreationTime,
        job.StartTime,
        job.EndTime);
}
