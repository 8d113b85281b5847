using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Catalog;
using MLOps.Silo.Jobs;

namespace MLOps.Silo.Training;

/// <summary>Looks after the training jobs that nobody trains.</summary>
internal sealed class TrainingRecovery(IGrainFactory grains, TrainingQueue queue, IOptions<TrainingOptions> options, TimeProvider time, ILogger<TrainingRecovery> logger)
    : JobRecovery(grains, queue, NameIndex.OpenTrainingJobs, jobId => grains.GetGrain<ITrainingJobOwnerGrain>(jobId), options.Value.RecoveryInterval, time, logger);
