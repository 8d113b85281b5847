using Microsoft.Extensions.Logging;
using MLOps.Contracts.Endpoints;

namespace MLOps.Silo.Endpoints;

internal sealed partial class EndpointGrain
{
    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} serves revision {Revision}: {Variants}")]
    private static partial void LogSwitched(ILogger logger, string endpointName, long revision, string variants);

    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} looked into the registry, which says something else than it serves: {Wanted}")]
    private static partial void LogFollows(ILogger logger, string endpointName, string wanted);

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} keeps serving revision {Revision}: a deployment failed")]
    private static partial void LogDeploymentFailed(ILogger logger, Exception exception, string endpointName, long revision);

    [LoggerMessage(LogLevel.Warning, "Replica {ReplicaKey} of a retired deployment could not be unloaded; its silo frees it when it is deactivated")]
    private static partial void LogUnloadFailed(ILogger logger, Exception exception, string replicaKey);

    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} is gone")]
    private static partial void LogRemoved(ILogger logger, string endpointName);

    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} gives canary {Variant} step {Step}, {Share:P1} of the traffic: {Reason}")]
    private static partial void LogCanaryStep(ILogger logger, string endpointName, string variant, int step, double share, string reason);

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} rolled canary {Variant} back in step {Step}: {Reason}")]
    private static partial void LogCanaryRolledBack(ILogger logger, string endpointName, string variant, int step, string reason);

    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} ended canary {Variant} as {Status} in step {Step}: {Reason}")]
    private static partial void LogCanaryEnded(ILogger logger, string endpointName, string variant, CanaryStatus status, int step, string reason);

    [LoggerMessage(LogLevel.Information, "The A/B test of endpoint {EndpointName} names {Variant}: {Reason}")]
    private static partial void LogTestDecided(ILogger logger, string endpointName, string variant, string reason);

    [LoggerMessage(LogLevel.Warning, "The A/B test of endpoint {EndpointName} is not valid: {Reason}")]
    private static partial void LogTestInvalid(ILogger logger, string endpointName, string reason);

    [LoggerMessage(LogLevel.Warning, "{Count} lines of endpoint {EndpointName} could not be added to its history yet")]
    private static partial void LogHistoryNotWritten(ILogger logger, Exception exception, string endpointName, int count);

    [LoggerMessage(LogLevel.Warning, "The sums of earlier tests of endpoint {EndpointName} could not be deleted yet")]
    private static partial void LogTrialsNotForgotten(ILogger logger, Exception exception, string endpointName);

    [LoggerMessage(LogLevel.Warning, "The counts of endpoint {EndpointName} could not be stored; they are kept in memory")]
    private static partial void LogTelemetryNotWritten(ILogger logger, Exception exception, string endpointName);

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} could not look at its canary and test; it will again in a second")]
    private static partial void LogNotAdvanced(ILogger logger, Exception exception, string endpointName);

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} is gone, and not all that it left could be removed: housekeeping tries again")]
    private static partial void LogNotCleared(ILogger logger, Exception exception, string endpointName);
}
