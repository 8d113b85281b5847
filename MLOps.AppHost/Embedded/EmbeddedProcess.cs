using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MLOps.Gateway.Hosting;

namespace MLOps.AppHost.Embedded;

/// <summary>Runs the embedded platform in this process until Ctrl-C or SIGTERM.</summary>
internal static class EmbeddedProcess
{
    /// <returns>The process's exit code: 0 after a clean stop, 1 when it could not start.</returns>
    public static async Task<int> RunAsync(EmbeddedSettings settings, CancellationToken cancellationToken)
    {
        await using var platform = await StartAsync(settings, cancellationToken);
        if (platform is null)
        {
            return 1;
        }

        Banner.Write(platform.Url, settings.DataDirectory);
        await platform.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    /// <summary>Starts the platform; says in one line why it cannot.</summary>
    /// <returns>Null when it could not start: the line has been written to the error stream.</returns>
    public static async Task<RunningPlatform?> StartAsync(EmbeddedSettings settings, CancellationToken cancellationToken)
    {
        WebApplication? app = null;
        try
        {
            AddressProbe.Check(settings.Urls);
            DataDirectory.Create(settings.DataDirectory);
            app = EmbeddedHost.Build(settings);
            AddressProbe.CheckCertificate(settings.Urls, app.Configuration);
            await app.StartAsync(cancellationToken);
            return new RunningPlatform(app, PublicUrl(app) + app.Configuration[StaticPrefix.Key]);
        }
        catch (Exception exception) when (StartupFailure.Explain(exception, settings) is { } line)
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }

            await Console.Error.WriteLineAsync(line);
            return null;
        }
    }

    private static string PublicUrl(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return addresses.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal)
            .Replace("[::1]", "localhost", StringComparison.Ordinal);
    }
}
