namespace MLOps.Silo.Hosting;

/// <summary>What this silo is for.</summary>
public sealed class SiloRoleOptions
{
    public const string SectionName = "MLOps:Silo";

    /// <summary>The heavy work this silo takes: <c>Serving</c>, <c>Training</c>, <c>Batch</c>, several separated by commas, or <c>All</c>. Default: <c>All</c>.</summary>
    public SiloRoles Roles { get; set; } = SiloRoles.All;
}
