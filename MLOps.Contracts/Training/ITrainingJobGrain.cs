using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace MLOps.Contracts.Training;

/// <summary>Owns one training job (key: job id, 32 hex digits): its state and outcome. The training itself runs off the grain scheduler.</summary>
[Alias("mlops.ITrainingJobGrain"), Version(2)]
public interface ITrainingJobGrain : IGrainWithStringKey
{
    [Alias("start")]
    Task<TrainingJobSnapshot> StartAsync(TrainingJobSpec spec);

    [Alias("get"), ReadOnly]
    Task<TrainingJobSnapshot> GetAsync();

    /// <summary>A waiting job is paused at once, a running one at its next checkpoint, which is written whenever it comes. One that has no further checkpoint comes to its end instead.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such job. InvalidState: it is not waiting or running, or its model is trained already.</exception>
    [Alias("pause")]
    Task<TrainingJobSnapshot> PauseAsync();

    /// <summary>Goes on where the job was paused, bit for bit on the same machine; of a job that is about to be paused, takes that back.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such job. InvalidState: it is not paused.</exception>
    [Alias("resume")]
    Task<TrainingJobSnapshot> ResumeAsync();

    /// <summary>Ends the job. A model that has a best state so far ends its training with that, and it is kept in the run's artifacts; no version is made. Asked again, the job ends at once and keeps nothing.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such job. InvalidState: it has ended, or its model is trained already.</exception>
    [Alias("stop")]
    Task<TrainingJobSnapshot> StopAsync();
}
