namespace MLOps.Silo.Training;

/// <summary>How a silo trains.</summary>
public sealed class TrainingOptions
{
    public const string SectionName = "MLOps:Training";

    /// <summary>Jobs that one silo trains at a time; the others wait, by priority and then in order of arrival. Default: 1.</summary>
    public int ConcurrentJobs { get; set; } = 1;

    /// <summary>Time after which a checkpoint of a job is due; it comes after an epoch. It is how much work a crash may cost. Zero: after every epoch. Default: 30 seconds.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Steps (epochs or iterations, as the model counts) after which a checkpoint is due, if not by time before; a request's <c>checkpoint_every</c> goes before it. Default: by time alone.</summary>
    public long? CheckpointEvery { get; set; }

    /// <summary>How often a silo looks for jobs that nobody trains: those of a silo that died, or that a store's outage threw back. Default: one minute.</summary>
    public TimeSpan RecoveryInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Most threads that one job computes on, all of low priority: the most that its hyper-parameter <c>threads</c> may be. Default: the cores less one, shared among the concurrent jobs; at least 1.</summary>
    public int? ThreadsPerJob { get; set; }

    /// <summary>Bytes that the process may grow by while a job trains; beyond that the job fails, before the operating system ends the process. All that grows counts, also what serves.
    /// Default: half of the memory that the process may use, shared among the concurrent jobs.</summary>
    public long? MemoryPerJob { get; set; }

    /// <summary>How often a hyper-parameter search looks at its trials, and a retraining at its job. Default: one second.</summary>
    public TimeSpan SearchInterval { get; set; } = TimeSpan.FromSeconds(1);

    internal int Threads => ThreadsPerJob ?? Math.Max(1, (Environment.ProcessorCount - 1) / ConcurrentJobs);

    internal long Memory => MemoryPerJob ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / ConcurrentJobs;
}
