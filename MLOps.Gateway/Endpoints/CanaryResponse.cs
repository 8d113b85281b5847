using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>Where a canary stands. Steps count from 1; times are Unix ms.</summary>
/// <param name="Weights">What the deployment asked for, by live variant: those beside the candidate share the rest by them.</param>
internal sealed record CanaryResponse(
    string Variant,
    string Status,
    int Step,
    IEnumerable<CanaryStepResponse> Steps,
    long StartedAt,
    long StepStartedAt,
    string? Reason,
    IReadOnlyDictionary<string, double> Weights)
{
    public static CanaryResponse? Of(EndpointSnapshot endpoint) => endpoint.Canary is not { } canary ? null : new(
        canary.Spec.Variant,
        canary.Status switch
        {
            CanaryStatus.Running => "running",
            CanaryStatus.Promoted => "promoted",
            CanaryStatus.RolledBack => "rolled_back",
            _ => "aborted",
        },
        canary.Step + 1,
        canary.Spec.Steps.Select(step => new CanaryStepResponse(step.Share, step.DurationMs / 1000.0, step.MinRequests)),
        canary.StartedAt,
        canary.StepStartedAt,
        canary.Reason,
        endpoint.Variants.Zip(canary.Weights).Where(pair => pair.First.Spec.Role == VariantRole.Live).ToDictionary(pair => pair.First.Spec.Name, pair => pair.Second));
}

internal sealed record CanaryStepResponse(double Weight, double DurationSeconds, long MinRequests);
