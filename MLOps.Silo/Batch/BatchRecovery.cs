using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Catalog;

namespace MLOps.Silo.Batch;

/// <summary>When a silo has started, and from then on now and again, looks through the jobs that have not ended for those that nobody works on.</summary>
internal sealed partial class BatchRecovery(IGrainFactory grains, BatchQueue queue, ILocalSiloDetails silo, IOptions<BatchOptions> options, TimeProvider time, ILogger<BatchRecovery> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _stops = new();
    private Task _looking = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(BatchRecovery), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    public void Dispose() => _stops.Dispose();

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await RecoverAsync(cancellationToken);
        _looking = Task.Run(LookAsync, CancellationToken.None);
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stops.CancelAsync();
        await _looking;
    }

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(options.Value.RecoveryInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stops.Token))
            {
                await RecoverAsync(_stops.Token);
            }
        }
        catch (OperationCanceledException) when (_stops.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> jobs;
        try
        {
            jobs = await grains.GetGrain<INameIndexGrain>(NameIndex.OpenBatchJobs).ListAsync();
        }
#pragma warning disable CA1031 // What keeps the list from being read must not keep the silo, and with it serving, from starting; it is logged and tried again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotListed(logger, exception);
            return;
        }

        foreach (var jobId in jobs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await grains.GetGrain<IBatchJobOwnerGrain>(jobId).RecoverAsync(silo.SiloAddress.ToParsableString(), queue.Holds(jobId));
            }
#pragma warning disable CA1031 // One job that cannot be read must not hold up the others; it is logged and tried again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogNotRecovered(logger, exception, jobId);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The open batch jobs could not be listed")]
    private static partial void LogNotListed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "Batch job {JobId} could not be looked after")]
    private static partial void LogNotRecovered(ILogger logger, Exception exception, string jobId);
}
