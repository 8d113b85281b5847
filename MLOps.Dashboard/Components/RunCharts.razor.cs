using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace MLOps.Dashboard.Components;

/// <summary>Curves of one or more runs. The browser fetches them from the gateway itself: long series would choke the circuit.</summary>
public partial class RunCharts
{
    private ElementReference _host;
    private IJSObjectReference? _module;
    private IJSObjectReference? _charts;
    private string? _shown;

    [Parameter, EditorRequired]
    public IReadOnlyList<RunCurve> Runs { get; set; } = [];

    [Inject]
    public IJSRuntime Browser { get; set; } = null!;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            if (_charts is not null)
            {
                await _charts.InvokeVoidAsync("dispose");
                await _charts.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and its charts with it.
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var wanted = string.Join('\n', Runs.Select(run => $"{run.RunId} {run.IsLive} {run.Name}"));
        if (wanted == _shown)
        {
            return;
        }

        _shown = wanted;
        _module ??= await Browser.InvokeAsync<IJSObjectReference>("import", "./dashboard/js/run-charts.js");
        if (_charts is null)
        {
            _charts = await _module.InvokeAsync<IJSObjectReference>("mount", _host, Runs);
        }
        else
        {
            await _charts.InvokeVoidAsync("show", Runs);
        }
    }
}
