using Microsoft.AspNetCore.Components;
using MLOps.Client.Models;
using MLOps.Client.Runs;

namespace MLOps.Dashboard.Layout;

/// <summary>The left panel: experiments, the chosen experiment's runs, models, endpoints.</summary>
public partial class Explorer
{
    [Parameter, EditorRequired]
    public ShellModel Model { get; set; } = null!;

    [Parameter, EditorRequired]
    public RunSelection Selection { get; set; } = null!;

    [Parameter]
    public EventCallback<string> OnSelect { get; set; }

    private static ModelVersion? Newest(RegisteredModel model) =>
        model.LatestVersions.FirstOrDefault(version => version.CurrentStage == ModelStage.Production)
        ?? model.LatestVersions.MaxBy(version => version.Version);

    private static string Dot(RunStatus status) => status switch
    {
        RunStatus.Finished => "dot-good",
        RunStatus.Failed => "dot-bad",
        RunStatus.Killed => "dot-warn",
        RunStatus.Running => "running",
        _ => "",
    };
}
