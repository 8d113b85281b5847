using Microsoft.AspNetCore.Components;

namespace MLOps.Dashboard.Monitoring;

/// <summary>Alerts and drift.</summary>
public sealed partial class MonitoringPage
{
    private string? _linked;

    [SupplyParameterFromQuery(Name = "endpoint")]
    public string? EndpointName { get; set; }

    protected override void Configure()
    {
        // A choice on the page outlives the address until the address changes.
        if (EndpointName != _linked)
        {
            _linked = EndpointName;
            Model.Show(EndpointName);
        }
    }

    private Task ChooseReplayAsync(ChangeEventArgs change)
    {
        Model.ShowReplay(change.Value?.ToString());
        return Model.RefreshAsync(Leaving);
    }

    private Task ChooseAsync(ChangeEventArgs change)
    {
        Model.Show(change.Value?.ToString());
        return Model.RefreshAsync(Leaving);
    }
}
