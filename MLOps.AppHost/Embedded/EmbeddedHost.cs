using System.Net;
using System.Net.Sockets;
using MLOps.Clustering;
using MLOps.Dashboard;
using MLOps.Gateway.Hosting;
using MLOps.ServiceDefaults;
using MLOps.Silo.Hosting;
using MLOps.Tracking;

namespace MLOps.AppHost.Embedded;

/// <summary>The embedded topology: silo, gateway and dashboard in one process on one port, over SQLite and a local artifact folder.
/// Composition only; the process around it is <see cref="EmbeddedProcess"/>.</summary>
internal static class EmbeddedHost
{
    public static WebApplication Build(EmbeddedSettings settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(EmbeddedHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });

        // Run from bin/ the dashboard's assets are found by this manifest; a published output has them in wwwroot and no manifest.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls(settings.Urls);
        builder.Configuration["MLOps:Tracking:DataDirectory"] = settings.DataDirectory;
        foreach (var (key, value) in settings.Configuration)
        {
            builder.Configuration[key] = value;
        }

        QuietByDefault(builder);

        builder.AddServiceDefaults();
        builder.AddMLOpsTracking();
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(FreeLoopbackPort(), FreeLoopbackPort(), serviceId: "mlops", clusterId: "embedded")
            .AddOrleansDashboard()
            .AddActivityPropagation()
            .AddMLOpsGrainStorage()
            .AddMLOpsReminders());
        builder.AddMLOpsSilo();
        builder.AddMLOpsGateway();
        builder.AddMLOpsDashboard();

        // Each waits for what it needs: the stores are open before any of them starts, requests wait at the gate.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);

        var app = builder.Build();
        app.UseStartGate();
        app.UseStaticPrefix();
        app.MapDefaultEndpoints();
        app.MapMLOpsGateway();
        app.MapMLOpsDashboard();
        return app;
    }

    /// <summary>A terminal shows what a person must act on; <c>Logging__LogLevel__Default=Information</c> shows the rest.</summary>
    private static void QuietByDefault(WebApplicationBuilder builder)
    {
        if (builder.Configuration["Logging:LogLevel:Default"] is null)
        {
            builder.Configuration["Logging:LogLevel:Default"] = nameof(LogLevel.Warning);

            // A failed start is told in one line by the process, or ends it with its stack trace: not twice.
            builder.Configuration["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = nameof(LogLevel.None);

            // Orleans' watchdog takes the time since the machine's start for a stall when it looks for the first time.
            builder.Configuration["Logging:LogLevel:Orleans.Runtime.Watchdog"] = nameof(LogLevel.Error);
        }
    }

    /// <summary>Two platforms on one machine must not fight over Orleans' fixed default ports, which nothing else needs to know here.
    /// Below the range that the system gives to outgoing connections: one of those could take the port before Orleans listens.</summary>
    private static int FreeLoopbackPort()
    {
        const int First = 15_000, End = 31_000, Tries = 100;
        for (var i = 0; ; i++)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(First, End));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException) when (i < Tries)
            {
                // In use: another one.
            }
        }
    }
}
