using MLOps.Contracts.Problems;
using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace MLOps.Contracts.Batch;

/// <summary>Owns one batch inference job (key: job id, 32 hex digits): what was fixed at its start, which rows are durable, and its outcome. The inference itself runs off the grain scheduler.</summary>
[Alias("mlops.IBatchJobGrain"), Version(1)]
public interface IBatchJobGrain : IGrainWithStringKey
{
    /// <summary>Fixes the model's version and the input's bytes, and queues the job.</summary>
    /// <exception cref="MLOpsException">InvalidArgument or NotFound: names the field.</exception>
    [Alias("start")]
    Task<BatchJobSnapshot> StartAsync(BatchJobSpec spec);

    [Alias("get"), ReadOnly]
    Task<BatchJobSnapshot> GetAsync();

    /// <summary>Makes a queued or running job wait. A running one is <c>pausing</c> until its worker has let go.</summary>
    /// <exception cref="MLOpsException">InvalidState: it is neither.</exception>
    [Alias("pause")]
    Task<BatchJobSnapshot> PauseAsync();

    /// <summary>Queues a paused job again: it goes on at the first row that is not durable.</summary>
    /// <exception cref="MLOpsException">InvalidState: it is not paused.</exception>
    [Alias("resume")]
    Task<BatchJobSnapshot> ResumeAsync();

    /// <summary>Ends the job without a result.</summary>
    /// <exception cref="MLOpsException">InvalidState: it has ended.</exception>
    [Alias("stop")]
    Task<BatchJobSnapshot> StopAsync();
}
