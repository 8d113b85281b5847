using Microsoft.Extensions.Logging;
using MLOps.Contracts.Catalog;

namespace MLOps.Silo.Training;

/// <summary>When a silo has started, looks through the jobs that have not ended for those whose silo is gone.</summary>
internal sealed partial class TrainingRecovery(IGrainFactory grains, ILogger<TrainingRecovery> logger) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(TrainingRecovery), ServiceLifecycleStage.Active, RecoverAsync);

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (var jobId in await grains.GetGrain<INameIndexGrain>(NameIndex.OpenTrainingJobs).ListAsync())
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await grains.GetGrain<ITrainingJobOwnerGrain>(jobId).RecoverAsync();
            }
#pragma warning disable CA1031 // One job that cannot be read must not keep the silo, and with it serving, from starting; it is logged and tried at the next start.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogNotRecovered(logger, exception, jobId);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Training job {JobId} of a silo that is gone could not be brought to an end")]
    private static partial void LogNotRecovered(ILogger logger, Exception exception, string jobId);
}
