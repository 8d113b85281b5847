namespace MLOps.Dashboard.Hosting;

/// <summary>Where the build puts the dashboard's assets: at the root when this project runs alone, under <c>_content</c> when another host links it.</summary>
internal sealed class AssetPaths(IWebHostEnvironment environment)
{
    private const string Project = "MLOps.Dashboard";

    private bool IsAlone => environment.ApplicationName == Project;

    /// <summary>The bundle of the components' styles.</summary>
    public string ScopedStyles => IsAlone ? $"{Project}.styles.css" : $"_content/{Project}/{Project}.bundle.scp.css";

    /// <param name="path">Path inside wwwroot.</param>
    public string Of(string path) => IsAlone ? path : $"_content/{Project}/{path}";
}
