namespace MLOps.Client.Serving;

/// <summary>A deployment with everything that goes with it; what is null is not there afterwards.</summary>
public sealed record DeploymentRequest
{
    public required string Endpoint { get; init; }

    public required IReadOnlyList<VariantRequest> Variants { get; init; }

    public string? Description { get; init; }

    public CanaryRequest? Canary { get; init; }

    public AbTestRequest? AbTest { get; init; }

    public EndpointLimits? Limits { get; init; }

    public CaptureSettings? Capture { get; init; }

    /// <summary>What becomes of a canary that runs. Default: it ends.</summary>
    public RunningCanary? RunningCanary { get; init; }
}
