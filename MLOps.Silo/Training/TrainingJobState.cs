using MLOps.Contracts.Training;

namespace MLOps.Silo.Training;

/// <summary>A job as it is stored. Progress between two states is not: the next report brings it back.</summary>
[GenerateSerializer, Alias("mlops.TrainingJobState")]
internal sealed class TrainingJobState
{
    /// <summary>Null: the job does not exist.</summary>
    [Id(0)]
    public TrainingJobSnapshot? Job { get; set; }

    /// <summary>Address of the silo whose queue holds the job; null: none does.</summary>
    [Id(1)]
    public string? Silo { get; set; }

    /// <summary>What a person has asked of the job that its trainer has not done yet.</summary>
    [Id(8)]
    public TrainingOrder Order { get; set; }

    /// <summary>Counts the trainers that have taken the job up: what an earlier one still says is not heard.</summary>
    [Id(3)]
    public int Attempt { get; set; }

    /// <summary>Where the next trainer goes on; null: at the beginning.</summary>
    [Id(4)]
    public TrainingCheckpoint? Checkpoint { get; set; }

    /// <summary>The trained model's folder; null: it is still to be trained.</summary>
    [Id(5)]
    public string? Source { get; set; }

    /// <summary>Silos in a row that ended while they trained the job, without a new checkpoint.</summary>
    [Id(6)]
    public int Losses { get; set; }

    /// <summary>Attempts in a row that ended for want of a store or a silo, without a new checkpoint.</summary>
    [Id(7)]
    public int Setbacks { get; set; }

    /// <summary>Silos that ended while they trained the job.</summary>
    [Id(9)]
    public int LossesInAll { get; set; }
}
