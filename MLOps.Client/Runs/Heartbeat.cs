using System.Globalization;
using MLOps.Client.Http;

namespace MLOps.Client.Runs;

/// <summary>Says at every interval that the run's process lives.</summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _beating;

    private Heartbeat(ActiveRun run, TimeSpan interval, TimeProvider time) => _beating = Task.Run(() => BeatAsync(run, interval, time));

    public static Heartbeat Start(ActiveRun run, TimeSpan interval, TimeProvider time) => new(run, interval, time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
    }

    private async Task BeatAsync(ActiveRun run, TimeSpan interval, TimeProvider time)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    var now = time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
                    await run.Client.Runs.SetTagAsync(run.Id, RunTags.Heartbeat, now, _stop.Token);
                }
                catch (MLOpsClientException)
                {
                    // A beat that is late is worth nothing: the next one says the same. The server's patience is several intervals.
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The run ends: its status says so from now on.
        }
        catch (InvalidOperationException)
        {
            // The client was disposed before its run, which reports it when it ends.
        }
    }
}
