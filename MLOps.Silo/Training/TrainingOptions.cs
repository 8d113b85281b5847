namespace MLOps.Silo.Training;

/// <summary>How a silo trains.</summary>
public sealed class TrainingOptions
{
    public const string SectionName = "MLOps:Training";

    /// <summary>Jobs that one silo trains at a time; the others wait in order. Default: 1.</summary>
    public int ConcurrentJobs { get; set; } = 1;
}
