using Microsoft.AspNetCore.Components;
using MLOps.Client.Runs;
using MLOps.Dashboard.Layout;

namespace MLOps.Dashboard.Runs;

/// <summary>One run: curves, metrics, parameters, tags, datasets and files.</summary>
public sealed partial class RunDetailPage
{
    [Parameter]
    public string RunId { get; set; } = "";

    [Inject]
    public RunSelection Selection { get; set; } = null!;

    protected override void Configure() => Model.Show(RunId);

    private static IEnumerable<KeyValuePair<string, string>> About(Run run)
    {
        yield return KeyValuePair.Create("run id", run.Info.RunId);
        yield return KeyValuePair.Create("user", run.Info.UserId ?? "");
        yield return KeyValuePair.Create("artifacts", run.Info.ArtifactUri ?? "");
        yield return KeyValuePair.Create("lifecycle", run.Info.LifecycleStage ?? "");
    }
}
