using MLOps.Contracts.Training;

namespace MLOps.Silo.Training.Retraining;

/// <summary>A policy as it is stored, with the training that is under way.</summary>
[GenerateSerializer, Alias("mlops.RetrainingState")]
internal sealed class RetrainingState
{
    /// <summary>Null: the endpoint has none.</summary>
    [Id(0)]
    public RetrainingPolicy? Policy { get; set; }

    /// <summary>When the schedule is due, Unix ms; null: it has none.</summary>
    [Id(1)]
    public long? NextTime { get; set; }

    /// <summary>Alerts that were raised up to then have been heeded, Unix ms.</summary>
    [Id(2)]
    public long AlertsSeen { get; set; }

    /// <summary>The training that is under way, by the policy that began it; null: none is.</summary>
    [Id(3)]
    public Contracts.Training.Retraining? Current { get; set; }

    [Id(4)]
    public RetrainingPolicy? CurrentPolicy { get; set; }

    /// <summary>Last day of the rows that the training under way may see.</summary>
    [Id(5)]
    public string TrainEnd { get; set; } = "";

    /// <summary>Oldest first.</summary>
    [Id(6)]
    public List<Contracts.Training.Retraining> History { get; set; } = [];
}
