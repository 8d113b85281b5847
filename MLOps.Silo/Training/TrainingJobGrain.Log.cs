using Microsoft.Extensions.Logging;

namespace MLOps.Silo.Training;

internal sealed partial class TrainingJobGrain
{
    [LoggerMessage(LogLevel.Information, "Training job {JobId} queued: {ModelId} on {DatasetName} version {DatasetVersion}")]
    private static partial void LogQueued(ILogger logger, string jobId, string modelId, string datasetName, int datasetVersion);

    [LoggerMessage(LogLevel.Information, "Training job {JobId} is {Status}")]
    private static partial void LogEnded(ILogger logger, string jobId, string status);

    [LoggerMessage(LogLevel.Warning, "Training job {JobId} was running on silo {Silo}, which is gone: marked failed")]
    private static partial void LogLost(ILogger logger, string jobId, string? silo);
}
