using Microsoft.Extensions.Logging;

namespace MLOps.Gateway.Endpoints;

internal sealed partial class EndpointReporter
{
    [LoggerMessage(LogLevel.Debug, "Endpoint {EndpointName} is gone: nobody wants its counts")]
    private static partial void LogGone(ILogger logger, string endpointName);

    [LoggerMessage(LogLevel.Warning, "The counts of endpoint {EndpointName} did not reach its grain; they are sent again")]
    private static partial void LogNotReported(ILogger logger, Exception exception, string endpointName);
}
