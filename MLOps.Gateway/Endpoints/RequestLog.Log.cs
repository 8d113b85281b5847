using Microsoft.Extensions.Logging;

namespace MLOps.Gateway.Endpoints;

internal sealed partial class RequestLog
{
    [LoggerMessage(LogLevel.Warning, "{Count} requests of endpoint {EndpointName} could not be remembered: outcomes for them will find no request")]
    private static partial void LogNotStored(ILogger logger, Exception exception, int count, string endpointName);
}
