using Microsoft.Extensions.Logging;
using MLOps.Contracts.Housekeeping;
using MLOps.Contracts.Problems;

namespace MLOps.Silo.Housekeeping;

/// <summary>When a silo has started, housekeeping begins.</summary>
internal sealed partial class HousekeepingStart(IGrainFactory grains, ILogger<HousekeepingStart> logger) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(nameof(HousekeepingStart), ServiceLifecycleStage.Active, StartAsync);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IHousekeepingStartGrain>(IHousekeepingGrain.Key).StartAsync().WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is OrleansException or MLOpsException or TimeoutException)
        {
            // Nothing that a person waits for: the next start tries again, and a reminder of an earlier start still ticks.
            LogNotStarted(logger, exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Housekeeping has not begun: its reminder could not be written. The next start tries again")]
    private static partial void LogNotStarted(ILogger logger, Exception exception);
}
