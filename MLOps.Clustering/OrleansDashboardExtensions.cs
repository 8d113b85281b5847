using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;

namespace MLOps.Clustering;

/// <summary>Adds Orleans' dashboard where <see cref="OrleansDashboardOptions"/> asks for it, and nothing elsewhere.</summary>
public static class OrleansDashboardExtensions
{
    /// <summary>Where a gateway shows it.</summary>
    public const string Path = "/orleans";

    /// <summary>Measures this silo's calls, and lets it hold the grain that gathers them from all.</summary>
    public static ISiloBuilder AddOrleansDashboard(this ISiloBuilder silo) =>
        IsEnabled(silo.Configuration) ? silo.AddDashboard(Configure) : silo;

    /// <summary>Lets a gateway ask for what the silos have gathered.</summary>
    public static IClientBuilder AddOrleansDashboard(this IClientBuilder client) =>
        IsEnabled(client.Configuration) ? client.AddDashboard(Configure) : client;

    /// <summary>Maps its pages and what they ask for.</summary>
    /// <param name="app">A gateway, or a silo that is one too.</param>
    /// <param name="guard">Stands in front of every one of them, however a request comes to it.</param>
    public static WebApplication MapOrleansDashboard(this WebApplication app, Func<RequestDelegate, RequestDelegate> guard)
    {
        if (IsEnabled(app.Configuration))
        {
            IEndpointConventionBuilder endpoints = app.MapOrleansDashboard(routePrefix: Path).ExcludeFromDescription();
            endpoints.Finally(endpoint => endpoint.RequestDelegate = guard(endpoint.RequestDelegate!));
        }

        return app;
    }

    private static bool IsEnabled(IConfiguration configuration) => configuration.GetValue<bool>($"{OrleansDashboardOptions.SectionName}:{nameof(OrleansDashboardOptions.Enabled)}");

    /// <summary>Logs go where the operator sends them, and no second way out.</summary>
    private static void Configure(DashboardOptions dashboard) => dashboard.HideTrace = true;
}
