using Microsoft.Extensions.Logging;

namespace MLOps.Gateway.Endpoints;

internal sealed partial class ShadowQueue
{
    [LoggerMessage(LogLevel.Warning, "Shadow {Variant} of endpoint {EndpointName} failed a request that callers got an answer to; further failures are only counted")]
    private static partial void LogFailed(ILogger logger, Exception exception, string endpointName, string variant);
}
