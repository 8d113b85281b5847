using MLOps.Silo.Jobs;
using Orleans.CodeGeneration;

namespace MLOps.Silo.Batch;

/// <summary>What the worker tells the grain of its job. Implemented by <see cref="BatchJobGrain"/>. What a worker says whose attempt is over is not heard.</summary>
[Alias("mlops.IBatchJobOwnerGrain"), Version(1)]
internal interface IBatchJobOwnerGrain : IJobOwnerGrain
{
    /// <summary>A worker takes the job up.</summary>
    /// <param name="runId">The id that its run gets, unless it has one.</param>
    /// <param name="silo">The worker's silo.</param>
    /// <returns>Null: the job is not to be worked on.</returns>
    [Alias("begin")]
    Task<BatchAttempt?> BeginAsync(string runId, string silo);

    /// <summary>The run got another id than was chosen.</summary>
    [Alias("run")]
    Task SetRunAsync(int attempt, string runId);

    /// <summary>The input has been read through and the model loaded.</summary>
    /// <returns>False: leave the job.</returns>
    [Alias("prepared")]
    Task<bool> PreparedAsync(int attempt, long rows, string modelDigest);

    /// <summary>The file of these rows is durable. They are the next ones, or the call is refused.</summary>
    /// <returns>False: leave the job.</returns>
    [Alias("record")]
    Task<bool> RecordAsync(int attempt, BatchPart part);

    [Alias("complete")]
    Task CompleteAsync(int attempt, string resultDigest);

    [Alias("fail")]
    Task FailAsync(int attempt, string message);

    /// <summary>The worker has let go, because it was asked to.</summary>
    [Alias("left")]
    Task LeftAsync(int attempt);

    /// <summary>The worker has let go, because a store or a silo did not answer.</summary>
    [Alias("setback")]
    Task SetBackAsync(int attempt, string message);
}
