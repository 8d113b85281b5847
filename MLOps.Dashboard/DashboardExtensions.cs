using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MLOps.Client;
using MLOps.Dashboard.Batch;
using MLOps.Dashboard.Endpoints;
using MLOps.Dashboard.Experiments;
using MLOps.Dashboard.Hosting;
using MLOps.Dashboard.Layout;
using MLOps.Dashboard.Live;
using MLOps.Dashboard.Models;
using MLOps.Dashboard.Monitoring;
using MLOps.Dashboard.Overview;
using MLOps.Dashboard.Runs;
using MLOps.Dashboard.Training;
using MLOps.Dashboard.Training.Retraining;
using MLOps.Dashboard.Training.Search;

namespace MLOps.Dashboard;

/// <summary>Adds the dashboard to a host, whichever topology composes it.</summary>
public static class DashboardExtensions
{
    private const string ReloadStaticAssets = "ReloadStaticAssetsAtRuntime";

    public static IHostApplicationBuilder AddMLOpsDashboard(this IHostApplicationBuilder builder)
    {
        // Run from a build, ASP.NET Core looks on the disk with every GET whether it asks for a file that has been edited since. Whoever edits pages says so.
        builder.Configuration[ReloadStaticAssets] ??= "false";
        var services = builder.Services;
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddOptionsWithValidateOnStart<DashboardOptions, DashboardOptionsValidator>().BindConfiguration(DashboardOptions.SectionName);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<GatewayAddress>();
        services.AddSingleton<GatewayHttpClient>();
        services.AddSingleton(provider => new MLOpsClient(provider.GetRequiredService<GatewayHttpClient>().Http, provider.GetRequiredService<TimeProvider>()));

        // A circuit's own: what one person has chosen, seen from every page.
        services.AddScoped<RunSelection>();
        services.AddScoped<Operator>();
        services.AddTransient<ShellModel>();
        services.AddTransient<OverviewModel>();
        services.AddTransient<ExperimentsModel>();
        services.AddTransient<ExperimentModel>();
        services.AddTransient<RunModel>();
        services.AddTransient<CompareModel>();
        services.AddTransient<RegistryModel>();
        services.AddTransient<ModelModel>();
        services.AddTransient<TrainingModel>();
        services.AddTransient<SearchModel>();
        services.AddTransient<RetrainingModel>();
        services.AddTransient<BatchModel>();
        services.AddTransient<DeploymentModel>();
        services.AddTransient<EndpointModel>();
        services.AddTransient<MonitoringModel>();
        return builder;
    }

    /// <summary>Maps the pages at <c>/</c>, their assets at <c>/dashboard</c> and the circuit at <c>/_blazor</c>.</summary>
    public static WebApplication MapMLOpsDashboard(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        if (app.Services.GetRequiredService<IOptions<DashboardOptions>>().Value.GatewayUrl is not null)
        {
            app.MapGatewayForwarding();
        }

        return app;
    }
}
