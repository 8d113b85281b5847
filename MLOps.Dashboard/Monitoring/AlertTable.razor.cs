using Microsoft.AspNetCore.Components;
using MLOps.Client.Monitoring;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Monitoring;

/// <summary>Alerts, and taking charge of one.</summary>
public sealed partial class AlertTable
{
    private string? _asked;

    [Parameter, EditorRequired]
    public IReadOnlyList<ModelAlert> Alerts { get; set; } = [];

    [Parameter]
    public bool IsLoaded { get; set; }

    [Parameter]
    public EventCallback<(ModelAlert Alert, string By)> OnAcknowledge { get; set; }

    [Inject]
    public Operator Operator { get; set; } = null!;

    private Task AcknowledgeAsync(ModelAlert alert)
    {
        _asked = null;
        return OnAcknowledge.InvokeAsync((alert, Operator.Name.Trim()));
    }
}
