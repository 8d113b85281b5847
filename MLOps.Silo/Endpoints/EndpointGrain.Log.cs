using Microsoft.Extensions.Logging;

namespace MLOps.Silo.Endpoints;

internal sealed partial class EndpointGrain
{
    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} serves revision {Revision}: {Variants}")]
    private static partial void LogSwitched(ILogger logger, string endpointName, long revision, string variants);

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} keeps serving revision {Revision}: a deployment failed")]
    private static partial void LogDeploymentFailed(ILogger logger, Exception exception, string endpointName, long revision);

    [LoggerMessage(LogLevel.Warning, "Replica {ReplicaKey} of a retired deployment could not be unloaded; its silo frees it when it is deactivated")]
    private static partial void LogUnloadFailed(ILogger logger, Exception exception, string replicaKey);

    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} is gone")]
    private static partial void LogRemoved(ILogger logger, string endpointName);
}
