using Microsoft.Extensions.Logging;

namespace MLOps.Gateway.Runs;

internal sealed partial class RunWatch
{
    [LoggerMessage(LogLevel.Debug, "The watcher of run {RunId} could not be taken off: its subscription ends by itself")]
    private static partial void LogNotUnsubscribed(ILogger logger, Exception exception, string runId);
}
