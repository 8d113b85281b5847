using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace MLOps.Contracts.Training;

/// <summary>Owns one training job (key: job id, 32 hex digits): its state and outcome. The training itself runs off the grain scheduler.</summary>
[Alias("mlops.ITrainingJobGrain"), Version(1)]
public interface ITrainingJobGrain : IGrainWithStringKey
{
    [Alias("start")]
    Task<TrainingJobSnapshot> StartAsync(TrainingJobSpec spec);

    [Alias("get"), ReadOnly]
    Task<TrainingJobSnapshot> GetAsync();

    [Alias("stop")]
    Task<TrainingJobSnapshot> StopAsync();
}
