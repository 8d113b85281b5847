using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace MLOps.Dashboard.Components;

/// <summary>A question that comes before everything else. Escape closes it.</summary>
public partial class Modal
{
    private ElementReference _dialog;

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _dialog.FocusAsync();
        }
    }

    private Task CloseOnEscapeAsync(KeyboardEventArgs key) => key.Key == "Escape" ? OnClose.InvokeAsync() : Task.CompletedTask;
}
