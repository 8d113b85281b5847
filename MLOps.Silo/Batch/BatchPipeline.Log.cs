using Microsoft.Extensions.Logging;

namespace MLOps.Silo.Batch;

internal sealed partial class BatchPipeline
{
    [LoggerMessage(LogLevel.Information, "Batch job {JobId} works from row {Row} on, attempt {Attempt}")]
    private static partial void LogBegun(ILogger logger, string jobId, long row, int attempt);

    [LoggerMessage(LogLevel.Warning, "Batch job {JobId} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string jobId);

    [LoggerMessage(LogLevel.Warning, "Batch job {JobId} lets go for now: a store or a silo did not answer")]
    private static partial void LogSetBack(ILogger logger, Exception exception, string jobId);
}
