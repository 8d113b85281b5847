using Microsoft.Extensions.Logging;

namespace MLOps.Gateway.Endpoints;

internal sealed partial class CaptureQueue
{
    [LoggerMessage(LogLevel.Warning, "{Count} observations of endpoint {EndpointName} did not reach its monitor")]
    private static partial void LogNotSent(ILogger logger, Exception exception, int count, string endpointName);
}
