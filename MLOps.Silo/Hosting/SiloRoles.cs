namespace MLOps.Silo.Hosting;

/// <summary>Work that a silo takes beside the small grains, which every silo has. Some silo of a cluster needs each of them.</summary>
[Flags]
public enum SiloRoles
{
    /// <summary>Replicas of served models.</summary>
    Serving = 1,

    /// <summary>Training jobs: they keep the processor busy for minutes and hours.</summary>
    Training = 2,

    /// <summary>Batch inference jobs.</summary>
    Batch = 4,

    All = Serving | Training | Batch,
}
