using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>Where a canary stands. Steps count from 1; times are Unix ms.</summary>
internal sealed record CanaryResponse(
    string Variant,
    string Status,
    int Step,
    IEnumerable<CanaryStepResponse> Steps,
    long StartedAt,
    long StepStartedAt,
    string? Reason)
{
    public static CanaryResponse? Of(CanaryProgress? canary) => canary is null ? null : new(
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
        canary.Reason);
}

internal sealed record CanaryStepResponse(double Weight, double DurationSeconds, long MinRequests);
