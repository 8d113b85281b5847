using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Catalog;
using MLOps.Silo.Jobs;

namespace MLOps.Silo.Batch;

/// <summary>Looks after the batch jobs that nobody works on.</summary>
internal sealed class BatchRecovery(IGrainFactory grains, BatchQueue queue, IOptions<BatchOptions> options, TimeProvider time, ILogger<BatchRecovery> logger)
    : JobRecovery(grains, queue, NameIndex.OpenBatchJobs, jobId => grains.GetGrain<IBatchJobOwnerGrain>(jobId), options.Value.RecoveryInterval, time, logger);
