using Microsoft.AspNetCore.Components;
using MLOps.Dashboard.Hosting;

namespace MLOps.Dashboard;

/// <summary>The document around the pages.</summary>
public partial class App
{
    [Inject]
    internal AssetPaths Paths { get; set; } = null!;
}
