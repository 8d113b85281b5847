namespace MLOps.Silo.Endpoints;

/// <summary>Micro-batching of one model.</summary>
public sealed class BatchingOptions
{
    /// <summary>Rows that one run may take from the requests that wait. Default: 32.</summary>
    public int MaxRows { get; set; } = 32;

    /// <summary>Batches of one replica that may run at a time. Default: 1.</summary>
    public int Concurrent { get; set; } = 1;
}
