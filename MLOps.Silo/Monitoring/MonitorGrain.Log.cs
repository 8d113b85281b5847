using Microsoft.Extensions.Logging;

namespace MLOps.Silo.Monitoring;

internal sealed partial class MonitorGrain
{
    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} is watched against a new reference profile of {Features} features")]
    private static partial void LogProfileSet(ILogger logger, string endpointName, int features);

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} drifted in {Window}: {Feature} is at {Statistic}, threshold {Threshold}")]
    private static partial void LogDrifted(ILogger logger, string endpointName, string window, string feature, double statistic, double threshold);

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} drops observations of months before {Window}, which have been judged: a caller that replays history gives its requests the parameter 'replay'")]
    private static partial void LogLate(ILogger logger, string endpointName, string window);

    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} is gone and no longer watched; {Alerts} alerts stay")]
    private static partial void LogClosed(ILogger logger, string endpointName, int alerts);

    [LoggerMessage(LogLevel.Debug, "Endpoint {EndpointName} dropped an observation of event time {EventTime}: {Reason}")]
    private static partial void LogDropped(ILogger logger, string endpointName, long eventTime, string reason);
}
