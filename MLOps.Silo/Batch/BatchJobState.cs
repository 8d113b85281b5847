using MLOps.Contracts.Batch;

namespace MLOps.Silo.Batch;

/// <summary>A job as it is stored.</summary>
[GenerateSerializer, Alias("mlops.BatchJobState")]
internal sealed class BatchJobState
{
    /// <summary>Null: the job does not exist.</summary>
    [Id(0)]
    public BatchJobSnapshot? Job { get; set; }

    [Id(1)]
    public BatchPlan? Plan { get; set; }

    /// <summary>The durable rows, in order and without gaps: what is not here is computed (again).</summary>
    [Id(2)]
    public List<BatchPart> Parts { get; set; } = [];

    /// <summary>Counts the workers that have taken the job up: what an earlier one still says is not heard.</summary>
    [Id(3)]
    public int Attempt { get; set; }

    /// <summary>Address of the silo whose queue holds the job; null: none does.</summary>
    [Id(4)]
    public string? Silo { get; set; }

    [Id(5)]
    public BatchRequest Request { get; set; }

    /// <summary>Attempts in a row that ended for want of a store or a silo and brought no new rows.</summary>
    [Id(6)]
    public int Setbacks { get; set; }

    /// <summary>Silos in a row that ended while they worked on the job, without new rows.</summary>
    [Id(7)]
    public int Losses { get; set; }

    /// <summary>Silos that ended while they worked on the job.</summary>
    [Id(8)]
    public int LossesInAll { get; set; }
}
