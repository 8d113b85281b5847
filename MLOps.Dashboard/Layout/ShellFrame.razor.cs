using Microsoft.AspNetCore.Components;

namespace MLOps.Dashboard.Layout;

/// <summary>Tabs above, explorer at the left, the page in the middle.</summary>
public partial class ShellFrame
{
    private bool _explorerOpen = true;

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Inject]
    public RunSelection Selection { get; set; } = null!;

    protected override void OnInitialized() => Selection.Changed += Redraw;

    protected override void Dispose(bool disposing)
    {
        Selection.Changed -= Redraw;
        base.Dispose(disposing);
    }

    private Task SelectAsync(string experiment) => Model.SelectAsync(experiment, Leaving);

    private void Redraw() => InvokeAsync(StateHasChanged);
}
