namespace MLOps.Silo.Roles;

/// <summary>Heavy work that is kept apart in a cluster. The small grains are everywhere.</summary>
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
