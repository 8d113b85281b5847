using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace MLOps.Contracts.Training;

/// <summary>Owns the retraining policy of one endpoint (key: its name) and carries it out: train, validate, Staging, canary.</summary>
[Alias("mlops.IRetrainingGrain"), Version(1)]
public interface IRetrainingGrain : IGrainWithStringKey
{
    /// <summary>Sets or replaces the policy; its schedule begins now. A training that is under way goes on by the policy that began it.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint. InvalidArgument: names the field.</exception>
    [Alias("set")]
    Task<RetrainingSnapshot> SetAsync(RetrainingPolicy policy);

    /// <exception cref="Problems.MLOpsException">NotFound: the endpoint has no policy.</exception>
    [Alias("get"), ReadOnly]
    Task<RetrainingSnapshot> GetAsync();

    /// <summary>Takes the policy away, with its history. A training that is under way comes to its end as a plain job.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: the endpoint has no policy.</exception>
    [Alias("delete")]
    Task DeleteAsync();

    /// <summary>Begins a training now. The whole dataset is read before.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: the endpoint has no policy. InvalidState: one is under way.</exception>
    [Alias("begin"), ResponseTimeout(Datasets.IDatasetGrain.Patience)]
    Task<RetrainingSnapshot> BeginAsync(string by);
}
