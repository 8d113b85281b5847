namespace MLOps.Silo.Training;

/// <summary>How a silo trains.</summary>
public sealed class TrainingOptions
{
    public const string SectionName = "MLOps:Training";

    /// <summary>Jobs that one silo trains at a time; the others wait in order. Default: 1.</summary>
    public int ConcurrentJobs { get; set; } = 1;

    /// <summary>Least time between two checkpoints of a job; one comes after an epoch. It is how much work a crash may cost. Zero: after every epoch. Default: 30 seconds.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a silo looks for jobs that nobody trains: those of a silo that died, or that a store's outage threw back. Default: one minute.</summary>
    public TimeSpan RecoveryInterval { get; set; } = TimeSpan.FromMinutes(1);
}
