using MLOps.Contracts.Training;

namespace MLOps.Silo.Training;

/// <summary>A job as it is stored. Progress between two states is not: the next report brings it back.</summary>
[GenerateSerializer, Alias("mlops.TrainingJobState")]
public sealed class TrainingJobState
{
    /// <summary>Null: the job does not exist.</summary>
    [Id(0)]
    public TrainingJobSnapshot? Job { get; set; }

    /// <summary>Address of the silo whose queue holds the job.</summary>
    [Id(1)]
    public string? Silo { get; set; }

    [Id(2)]
    public bool StopRequested { get; set; }
}
