using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace MLOps.Gateway.Monitoring;

/// <summary>/mlops/alerts and /mlops/monitoring.</summary>
public static class MonitoringApi
{
    public static IHostApplicationBuilder AddMonitoringApi(this IHostApplicationBuilder builder) => builder;

    public static WebApplication MapMonitoringApi(this WebApplication app) => app;
}
