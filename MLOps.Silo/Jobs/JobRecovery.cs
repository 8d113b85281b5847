using Microsoft.Extensions.Logging;
using MLOps.Contracts.Catalog;

namespace MLOps.Silo.Jobs;

/// <summary>When a silo has started, and from then on now and again, looks through the jobs of one kind that have not ended for those that nobody works on.</summary>
/// <param name="grains">Where the index is.</param>
/// <param name="queue">This silo's jobs.</param>
/// <param name="openJobs">The index of the jobs that have not ended.</param>
/// <param name="ownerOf">The grain that owns a job.</param>
/// <param name="interval">Time between two looks.</param>
/// <param name="time">The clock of the looks.</param>
/// <param name="logger">The kind's own.</param>
internal abstract partial class JobRecovery(IGrainFactory grains, JobQueue queue, string openJobs, Func<string, IJobOwnerGrain> ownerOf, TimeSpan interval, TimeProvider time, ILogger logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _stops = new();
    private Task _looking = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(GetType().Name, ServiceLifecycleStage.Active, StartAsync, StopAsync);

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
        using var timer = new PeriodicTimer(interval, time);
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
            jobs = await grains.GetGrain<INameIndexGrain>(openJobs).ListAsync();
        }
#pragma warning disable CA1031 // What keeps the list from being read must not keep the silo, and with it serving, from starting; it is logged and tried again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotListed(logger, exception, openJobs);
            return;
        }

        foreach (var jobId in jobs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await ownerOf(jobId).RecoverAsync(queue.Silo, queue.Holds(jobId));
            }
#pragma warning disable CA1031 // One job that cannot be read must not hold up the others; it is logged and tried again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogNotRecovered(logger, exception, jobId, openJobs);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The jobs of {Index} could not be listed")]
    private static partial void LogNotListed(ILogger logger, Exception exception, string index);

    [LoggerMessage(LogLevel.Error, "Job {JobId} of {Index} could not be looked after")]
    private static partial void LogNotRecovered(ILogger logger, Exception exception, string jobId, string index);
}
