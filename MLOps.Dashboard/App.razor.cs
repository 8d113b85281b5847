using Microsoft.AspNetCore.Components;

namespace MLOps.Dashboard;

/// <summary>The document around the pages.</summary>
public partial class App
{
    private const string AssetRoot = "_content/MLOps.Dashboard";

    [Inject]
    public IWebHostEnvironment Host { get; set; } = null!;

    // The build names the bundle of the components' styles differently for the project that runs and for one that another project links.
    private string ScopedStyles => Host.ApplicationName == typeof(App).Assembly.GetName().Name
        ? $"{AssetRoot}/MLOps.Dashboard.styles.css"
        : $"{AssetRoot}/MLOps.Dashboard.bundle.scp.css";
}
