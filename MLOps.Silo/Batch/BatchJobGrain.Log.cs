using Microsoft.Extensions.Logging;

namespace MLOps.Silo.Batch;

internal sealed partial class BatchJobGrain
{
    [LoggerMessage(LogLevel.Information, "Batch job {JobId} queued: {ModelName} version {ModelVersion} on input {InputDigest}")]
    private static partial void LogStarted(ILogger logger, string jobId, string modelName, int modelVersion, string inputDigest);

    [LoggerMessage(LogLevel.Information, "Batch job {JobId} is {Status}")]
    private static partial void LogStatus(ILogger logger, string jobId, string status);

    [LoggerMessage(LogLevel.Warning, "Batch job {JobId} was on silo {Silo}, which is gone or has lost it: it goes on at row {Row}")]
    private static partial void LogRecovered(ILogger logger, string jobId, string? silo, long row);

    [LoggerMessage(LogLevel.Warning, "Batch job {JobId} has ended, and its run or its parts could not be tidied up yet")]
    private static partial void LogNotTidied(ILogger logger, Exception exception, string jobId);
}
