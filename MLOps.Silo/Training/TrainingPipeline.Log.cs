using Microsoft.Extensions.Logging;

namespace MLOps.Silo.Training;

internal sealed partial class TrainingPipeline
{
    [LoggerMessage(LogLevel.Warning, "The checkpoint of training job {JobId}, of its evaluation, is of another release: the job begins anew")]
    private static partial void LogOtherEvaluation(ILogger logger, string jobId);

    [LoggerMessage(LogLevel.Information, "Training job {JobId} goes on after step {Step}, attempt {Attempt}")]
    private static partial void LogBegun(ILogger logger, string jobId, long step, int attempt);

    [LoggerMessage(LogLevel.Warning, "Training job {JobId} lets go for now: a store or a silo did not answer")]
    private static partial void LogSetBack(ILogger logger, Exception exception, string jobId);

    [LoggerMessage(LogLevel.Warning, "This machine cannot train some models, and their jobs fail here until that is mended: {Remedy}")]
    private static partial void LogUnfit(ILogger logger, string remedy);

    [LoggerMessage(LogLevel.Warning, "Training job {JobId} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string jobId);

    [LoggerMessage(LogLevel.Warning, "Training job {JobId} has no reference profile, so its model is not watched for drift: {Reason}")]
    private static partial void LogNoProfile(ILogger logger, string jobId, string reason);

    [LoggerMessage(LogLevel.Warning, "Training job {JobId} has a model that could not be validated")]
    private static partial void LogNotValidated(ILogger logger, Exception exception, string jobId);

    [LoggerMessage(LogLevel.Warning, "Training job {JobId} is ended: {Fault}")]
    private static partial void LogTooMuchMemory(ILogger logger, string jobId, string fault);
}
