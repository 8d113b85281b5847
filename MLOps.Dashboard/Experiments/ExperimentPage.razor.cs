using Microsoft.AspNetCore.Components;
using MLOps.Dashboard.Layout;

namespace MLOps.Dashboard.Experiments;

/// <summary>The runs of one experiment.</summary>
public sealed partial class ExperimentPage
{
    [Parameter]
    public string Name { get; set; } = "";

    [Inject]
    public RunSelection Selection { get; set; } = null!;

    protected override void OnInitialized() => Selection.Changed += Redraw;

    protected override void Configure() => Model.Show(Name);

    protected override void Dispose(bool disposing)
    {
        Selection.Changed -= Redraw;
        base.Dispose(disposing);
    }

    private void Redraw() => InvokeAsync(StateHasChanged);
}
