using Microsoft.Extensions.Logging;

namespace MLOps.Gateway.Endpoints;

internal sealed partial class RequestLog
{
    [LoggerMessage(LogLevel.Warning, "{Count} requests of endpoint {EndpointName} could not be remembered: outcomes for them will find no request")]
    private static partial void LogNotStored(ILogger logger, Exception exception, int count, string endpointName);

    [LoggerMessage(LogLevel.Warning, "The oldest requests of endpoint {EndpointName} could not be removed: the next look tries again")]
    private static partial void LogNotPruned(ILogger logger, Exception exception, string endpointName);
}
