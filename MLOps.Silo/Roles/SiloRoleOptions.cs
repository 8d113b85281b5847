namespace MLOps.Silo.Roles;

/// <summary>What this silo is for.</summary>
public sealed class SiloRoleOptions
{
    public const string SectionName = "MLOps:Silo";

    /// <summary>The heavy work that is given to this silo: <c>Serving</c>, <c>Training</c>, <c>Batch</c>, several separated by commas, or <c>All</c>. Work that no silo of the cluster is for goes to any. Default: <c>All</c>.</summary>
    public SiloRoles Roles { get; set; } = SiloRoles.All;
}
