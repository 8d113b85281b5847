using Microsoft.Extensions.Logging;

namespace MLOps.Silo.Monitoring;

internal sealed partial class MonitorGrain
{
    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} is watched against a new reference profile of {Features} features")]
    private static partial void LogProfileSet(ILogger logger, string endpointName, int features);

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} drifted in {Window}: {Feature} is at {Statistic}, threshold {Threshold}")]
    private static partial void LogDrifted(ILogger logger, string endpointName, string window, string feature, double statistic, double threshold);

    [LoggerMessage(LogLevel.Debug, "Endpoint {EndpointName} dropped an observation of event time {EventTime}: {Reason}")]
    private static partial void LogDropped(ILogger logger, string endpointName, long eventTime, string reason);
}
