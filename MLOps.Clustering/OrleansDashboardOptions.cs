namespace MLOps.Clustering;

/// <summary>Orleans' own dashboard: silos, grains and their calls, reminders, grain states. For who runs the cluster.</summary>
public sealed class OrleansDashboardOptions
{
    public const string SectionName = "MLOps:OrleansDashboard";

    /// <summary>Shows it below <c>/orleans</c> of every gateway, to callers that <c>MLOps:Gateway:Access</c> lets in. Silos need it set as well: they measure every grain call for it. Default: false.</summary>
    public bool Enabled { get; set; }
}
