using Microsoft.Extensions.Logging;

namespace MLOps.Silo.Training;

internal sealed partial class TrainingPipeline
{
    [LoggerMessage(LogLevel.Warning, "Training job {JobId} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string jobId);

    [LoggerMessage(LogLevel.Warning, "Training job {JobId} has no reference profile, so its model is not watched for drift: {Reason}")]
    private static partial void LogNoProfile(ILogger logger, string jobId, string reason);
}
