using Microsoft.Extensions.Logging;

namespace MLOps.Gateway.Endpoints;

internal sealed partial class RoutingTable
{
    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} is gone")]
    private static partial void LogGone(ILogger logger, string endpointName);

    [LoggerMessage(LogLevel.Warning, "Could not renew the subscription to endpoint {EndpointName}; its last known state is used meanwhile")]
    private static partial void LogNotRenewed(ILogger logger, Exception exception, string endpointName);
}
