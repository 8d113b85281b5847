using MLOps.AppHost.Embedded;
using MLOps.Client;
using MLOps.Client.Housekeeping;

namespace MLOps.AppHost.Housekeeping;

/// <summary>Purges by the platform that is there, or by one of its own that stops afterwards.</summary>
internal static class PurgeProcess
{
    /// <returns>0 when everything that could go is gone, else 1.</returns>
    public static async Task<int> RunAsync(EmbeddedSettings embedded, string? olderThan, bool dryRun, CancellationToken cancellationToken)
    {
        var running = await RunningPlatformSearch.FindAsync(embedded, cancellationToken);
        await using var own = running is null ? await EmbeddedProcess.StartAsync(embedded, cancellationToken) : null;
        if ((running ?? own?.Url) is not { } url)
        {
            return 1;
        }

        using var client = new MLOpsClient(new Uri(url));
        try
        {
            return await PurgeAsync(client, olderThan, dryRun, cancellationToken);
        }
        catch (MLOpsClientException exception)
        {
            await Console.Error.WriteLineAsync($"mlops: nothing more was removed: {exception.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("mlops: interrupted; what is gone is gone, the same command goes on with the rest");
            return 1;
        }
    }

    private static async Task<int> PurgeAsync(MLOpsClient client, string? olderThan, bool dryRun, CancellationToken cancellationToken)
    {
        var verb = dryRun ? "would remove" : "removed";
        var (runs, experiments, bytes, kept, pending) = (0, 0, 0L, 0, 0L);
        await foreach (var part in client.Housekeeping.PurgeAsync(dryRun, olderThan, cancellationToken))
        {
            foreach (var run in part.Runs)
            {
                Write($"{verb} run {run.Id} '{run.Name}'", run);
            }

            foreach (var experiment in part.Experiments)
            {
                Write($"{verb} experiment {experiment.Id} '{experiment.Name}'", experiment);
            }

            foreach (var item in part.Kept)
            {
                Console.WriteLine($"kept {item.Kind} {item.Id} '{item.Name}': {item.Reason}");
            }

            runs += part.Runs.Count;
            experiments += part.Experiments.Count;
            bytes += part.ArtifactBytes;
            kept += part.Kept.Count;
            pending = part.PendingArtifacts;
        }

        Console.WriteLine($"{verb} {runs} runs and {experiments} experiments with {bytes} bytes of artifacts; kept {kept}");
        if (pending == 0 || dryRun)
        {
            return 0;
        }

        await Console.Error.WriteLineAsync($"mlops: the artifacts of {pending} removed runs, models or traces are still there: the platform's log says why; the same command goes on with them");
        return 1;
    }

    private static void Write(string what, PurgedItem item) =>
        Console.WriteLine($"{what}, deleted {item.DeletedTime:yyyy-MM-dd HH:mm}, {(item.ArtifactBytes is { } bytes ? $"{bytes} bytes" : "artifacts not counted")} at {item.ArtifactUri}");
}
