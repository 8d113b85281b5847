using Microsoft.Extensions.Hosting;

namespace MLOps.Silo.Monitoring;

/// <summary>Monitors of serving endpoints.</summary>
public static class MonitoringExtensions
{
    public static IHostApplicationBuilder AddMonitoring(this IHostApplicationBuilder builder) => builder;
}
