using Microsoft.Extensions.Logging;

namespace MLOps.Silo.Training;

internal sealed partial class TrainingJobGrain
{
    [LoggerMessage(LogLevel.Information, "Training job {JobId} queued: {ModelId} on {DatasetName} version {DatasetVersion}")]
    private static partial void LogQueued(ILogger logger, string jobId, string modelId, string datasetName, int datasetVersion);

    [LoggerMessage(LogLevel.Information, "Training job {JobId} is {Status}")]
    private static partial void LogStatus(ILogger logger, string jobId, string status);

    [LoggerMessage(LogLevel.Warning, "Training job {JobId} was on silo {Silo}, which is gone or has lost it: it goes on after step {Step}")]
    private static partial void LogRecovered(ILogger logger, string jobId, string? silo, long step);

    [LoggerMessage(LogLevel.Warning, "Training job {JobId} has ended, and its run or its checkpoints could not be tidied up yet")]
    private static partial void LogNotTidied(ILogger logger, Exception exception, string jobId);
}
