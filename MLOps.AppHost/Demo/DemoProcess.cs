using MLOps.AppHost.Embedded;
using MLOps.Client;
using Spectre.Console;

namespace MLOps.AppHost.Demo;

/// <summary>Runs the demo against the platform that is there, or one of its own.</summary>
internal static class DemoProcess
{
    /// <returns>0 when every step was done, else 1.</returns>
    public static async Task<int> RunAsync(EmbeddedSettings embedded, DemoSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Fault() is { } fault)
        {
            await Console.Error.WriteLineAsync($"mlops: {fault}");
            return 1;
        }

        var running = await RunningPlatformSearch.FindAsync(embedded, cancellationToken);
        await using var own = running is null ? await EmbeddedProcess.StartAsync(embedded, cancellationToken) : null;
        if ((running ?? own?.Url) is not { } url)
        {
            return 1;
        }

        AnsiConsole.MarkupLineInterpolated($"[bold]MLOps demo[/] on [green]{url}[/]{(running is null ? string.Empty : " (already running)")}");
        using var client = new MLOpsClient(new Uri(url));
        try
        {
            await new DemoRun(client, settings, url, AnsiConsole.Console).RunAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is MLOpsClientException or DemoException)
        {
            await Console.Error.WriteLineAsync($"mlops: the demo stopped: {exception.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("mlops: the demo was interrupted");
            return 1;
        }

        if (own is not null)
        {
            await StayAsync(own, settings, cancellationToken);
        }

        return 0;
    }

    private static async Task StayAsync(RunningPlatform own, DemoSettings settings, CancellationToken cancellationToken)
    {
        if (!settings.KeepRunning)
        {
            AnsiConsole.MarkupLine("The platform stops now; [bold]dotnet run --project MLOps.AppHost[/] starts it again with all of this.");
            return;
        }

        AnsiConsole.MarkupLine("The platform goes on running. Ctrl-C stops it.");
        await own.WaitForShutdownAsync(cancellationToken);
    }
}
