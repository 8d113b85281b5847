namespace MLOps.Silo.Batch;

/// <summary>How a silo works on batch jobs.</summary>
public sealed class BatchOptions
{
    public const string SectionName = "MLOps:Batch";

    /// <summary>Jobs that one silo works on at a time, each on one thread of low priority; the others wait in order. Default: 1.</summary>
    public int ConcurrentJobs { get; set; } = 1;

    /// <summary>Rows that are made durable together, where a job does not say. Default: 10,000.</summary>
    public int ChunkRows { get; set; } = 10_000;

    /// <summary>How often a silo looks for jobs that nobody works on: those of a silo that died, or that a store's outage threw back. Default: one minute.</summary>
    public TimeSpan RecoveryInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Folder for copies of inputs and unfinished results while a job works on them; each is as large as the file. Default: the system's temporary folder.</summary>
    public string? ScratchDirectory { get; set; }
}
