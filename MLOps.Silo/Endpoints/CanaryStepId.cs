using MLOps.Contracts.Endpoints;

namespace MLOps.Silo.Endpoints;

/// <summary>One step of one canary; the same step that has started over is another.</summary>
[GenerateSerializer, Immutable, Alias("mlops.CanaryStepId")]
internal sealed record CanaryStepId([property: Id(0)] long CanaryStartedAt, [property: Id(1)] int Step, [property: Id(2)] long StepStartedAt)
{
    /// <returns>Null: no canary runs.</returns>
    public static CanaryStepId? Of(CanaryProgress? canary) =>
        canary is { Status: CanaryStatus.Running } ? new CanaryStepId(canary.StartedAt, canary.Step, canary.StepStartedAt) : null;
}
