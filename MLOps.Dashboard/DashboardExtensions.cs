using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace MLOps.Dashboard;

/// <summary>Adds the dashboard to a host, whichever topology composes it.</summary>
public static class DashboardExtensions
{
    public static IHostApplicationBuilder AddMLOpsDashboard(this IHostApplicationBuilder builder) => builder;

    public static WebApplication MapMLOpsDashboard(this WebApplication app) => app;
}
