using System.Globalization;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;

namespace MLOps.Silo.Training;

/// <summary>Says at every interval that the trainer of a run lives, by the tags that other processes use: an epoch may log nothing for an hour.</summary>
internal sealed partial class TrainerHeartbeat : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _beating;

    private TrainerHeartbeat(IRunGrain run, TimeProvider time, ILogger logger) => _beating = Task.Run(() => BeatAsync(run, time, logger));

    /// <summary>What a run is started with that will have heartbeats.</summary>
    public static IEnumerable<KeyValue> Announcement(TimeProvider time) =>
    [
        new(HeartbeatTags.Interval, ((int)Interval.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
        Beat(time),
    ];

    public static TrainerHeartbeat Start(IRunGrain run, TimeProvider time, ILogger logger) => new(run, time, logger);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
    }

    private async Task BeatAsync(IRunGrain run, TimeProvider time, ILogger logger)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    await run.LogBatchAsync(new LogBatch([], [], [Beat(time)]));
                }
                catch (Exception exception) when (exception is MLOpsException or OrleansException or TimeoutException)
                {
                    // The next one says the same.
                    LogMissed(logger, exception, run.GetPrimaryKeyString());
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The training has ended.
        }
    }

    private static KeyValue Beat(TimeProvider time) => new(HeartbeatTags.Beat, time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));

    [LoggerMessage(LogLevel.Information, "A heartbeat of run {RunId} was not written")]
    private static partial void LogMissed(ILogger logger, Exception exception, string runId);
}
