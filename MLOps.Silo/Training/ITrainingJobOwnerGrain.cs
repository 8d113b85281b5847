namespace MLOps.Silo.Training;

/// <summary>What the trainer tells the grain of its job. Implemented by <see cref="TrainingJobGrain"/>.</summary>
[Alias("mlops.ITrainingJobOwnerGrain")]
internal interface ITrainingJobOwnerGrain : IGrainWithStringKey
{
    /// <summary>The trainer takes the job up. False: it has been stopped and is not to be trained.</summary>
    [Alias("begin")]
    Task<bool> BeginAsync(string runId, string silo);

    /// <summary>The run got another id than the trainer had chosen.</summary>
    [Alias("run")]
    Task SetRunAsync(string runId);

    /// <returns>False: a person has asked to stop.</returns>
    [Alias("progress")]
    Task<bool> ReportProgressAsync(double fraction, string message);

    [Alias("complete")]
    Task CompleteAsync(string? modelName, int? modelVersion);

    [Alias("fail")]
    Task FailAsync(string message);

    [Alias("stopped")]
    Task ReportStoppedAsync();

    /// <summary>Called by a silo that starts: a job whose silo is gone is queued again when it had not begun, and failed when it had.</summary>
    [Alias("recover")]
    Task RecoverAsync();
}
