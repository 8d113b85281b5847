using Microsoft.AspNetCore.Components;

namespace MLOps.Dashboard.Components;

/// <summary>A button that asks once before it does what cannot be undone.</summary>
public partial class ConfirmButton
{
    private bool _asking;

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter, EditorRequired]
    public string Question { get; set; } = "";

    [Parameter]
    public string Class { get; set; } = "btn-danger";

    [Parameter]
    public EventCallback OnConfirm { get; set; }

    private Task ConfirmAsync()
    {
        _asking = false;
        return OnConfirm.InvokeAsync();
    }
}
