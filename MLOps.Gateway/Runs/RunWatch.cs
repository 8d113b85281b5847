using Microsoft.Extensions.Logging;
using MLOps.Contracts.Runs;

namespace MLOps.Gateway.Runs;

/// <summary>A subscription to what a run logs, for as long as a stream of events needs it.</summary>
internal sealed partial class RunWatch : IAsyncDisposable
{
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(2);

    private readonly string _runId;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly IRunGrain _run;
    private readonly IRunObserver _observer;
    private long _renewed;

    private RunWatch(string runId, IGrainFactory grains, TimeProvider clock, ILogger logger)
    {
        (_runId, _grains, _clock, _logger) = (runId, grains, clock, logger);
        _run = grains.GetGrain<IRunGrain>(runId);
        _observer = grains.CreateObjectReference<IRunObserver>(Subscriber);
    }

    /// <summary>What has come.</summary>
    public RunSubscriber Subscriber { get; } = new();

    /// <summary>Subscribes: what the run logs from now on is in <see cref="Subscriber"/>.</summary>
    public static async Task<RunWatch> StartAsync(string runId, IGrainFactory grains, TimeProvider clock, ILogger logger)
    {
        var watch = new RunWatch(runId, grains, clock, logger);
        try
        {
            await watch.SubscribeAsync();
            return watch;
        }
        catch
        {
            await watch.DisposeAsync();
            throw;
        }
    }

    /// <summary>To be called now and then: the run's grain forgets who does not renew.</summary>
    public Task RenewAsync() => _clock.GetElapsedTime(_renewed) > Renewal ? SubscribeAsync() : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _run.UnsubscribeAsync(_observer);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or ObjectDisposedException)
        {
            LogNotUnsubscribed(_logger, exception, _runId);
        }

        _grains.DeleteObjectReference<IRunObserver>(_observer);
    }

    private async Task SubscribeAsync()
    {
        await _run.SubscribeAsync(_observer);
        _renewed = _clock.GetTimestamp();
    }
}
