namespace MLOps.Dashboard.Hosting;

/// <summary>Settings of the dashboard.</summary>
public sealed class DashboardOptions
{
    public const string SectionName = "MLOps:Dashboard";

    /// <summary>Address of the gateway, for example <c>http://gateway:5000</c>. Default: the address of the process that the dashboard runs in.</summary>
    public string? GatewayUrl { get; set; }

    /// <summary>Prefix of every path of this process, for example <c>/mlops</c>; part of the default of <see cref="GatewayUrl"/>. Default: none.</summary>
    public string? PathBase { get; set; }

    /// <summary>How often a page asks for news. Default: 2 s.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(2);
}
