using Microsoft.AspNetCore.Components;
using MLOps.Client.Training.Retraining;
using MLOps.Dashboard.Components;

namespace MLOps.Dashboard.Training.Retraining;

/// <summary>Retraining policies.</summary>
public sealed partial class RetrainingPage
{
    private string? _linked;

    /// <summary>Endpoint whose policy is to be seen or set.</summary>
    [SupplyParameterFromQuery(Name = "endpoint")]
    public string? EndpointName { get; set; }

    protected override void Configure()
    {
        if (EndpointName is not null && EndpointName != _linked)
        {
            _linked = EndpointName;
            Model.View(EndpointName);
            Model.Form.Want(EndpointName);
        }
    }

    private static bool IsUnderWay(RetrainingPolicy policy) => policy.History is [{ EndTime: null }, ..];

    private string Next(RetrainingPolicy policy) => (policy.NextTime, policy.OnDrift) switch
    {
        ({ } next, _) when next <= Time.GetUtcNow() => "It begins within a minute.",
        ({ } next, true) => $"It begins in {Format.Duration(next - Time.GetUtcNow())}, or when the endpoint drifts.",
        ({ } next, false) => $"It begins in {Format.Duration(next - Time.GetUtcNow())}.",
        _ => "It begins when the endpoint drifts.",
    };
}
