using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>An endpoint with this gateway's counts. Times are Unix ms, latencies ms (null before the first request).</summary>
/// <param name="StatusMessage">Why it is not ready, or did not follow the registry; of a ready one, whose variants take different inputs; null: nothing to say.</param>
internal sealed record EndpointResponse(
    string Name,
    string Status,
    string? StatusMessage,
    long Revision,
    string? Description,
    IEnumerable<VariantResponse> Variants,
    long CreationTime,
    long LastUpdatedTime,
    long Requests,
    long Errors,
    double? LatencyP50Ms,
    double? LatencyP99Ms,
    DeployLimits? Limits,
    DeployCapture? Capture,
    CanaryResponse? Canary,
    DeployAbTest? AbTest)
{
    public static EndpointResponse Of(EndpointSnapshot endpoint, EndpointStatistics statistics) => new(
        endpoint.Name,
        endpoint.Status switch
        {
            EndpointStatus.Deploying => "deploying",
            EndpointStatus.Ready => "ready",
            EndpointStatus.Unloaded => "unloaded",
            _ => "failed",
        },
        endpoint.StatusMessage ?? SignatureWarning.Of(endpoint),
        endpoint.Revision,
        endpoint.Description,
        endpoint.Variants.Select(variant => new VariantResponse(
            variant.Spec.Name,
            variant.Spec.ModelUri,
            variant.ModelName,
            variant.ModelVersion,
            variant.Spec.Weight,
            variant.Spec.Replicas,
            variant.Spec.Threads,
            variant.RunId,
            variant.Spec.Role == VariantRole.Shadow ? "shadow" : "live",
            variant.Spec.SampleRate,
            variant.Spec.MemoryBytes)),
        endpoint.CreationTime,
        endpoint.LastUpdatedTime,
        statistics.Requests,
        statistics.Errors,
        statistics.Latency.Quantile(0.5),
        statistics.Latency.Quantile(0.99),
        DeployLimits.Of(endpoint.Limits),
        DeployCapture.Of(endpoint.Capture),
        CanaryResponse.Of(endpoint),
        DeployAbTest.Of(endpoint.AbTest));
}

/// <summary>One arm of an endpoint.</summary>
internal sealed record VariantResponse(
    string Name,
    string ModelUri,
    string ModelName,
    int ModelVersion,
    double Weight,
    int Replicas,
    int Threads,
    string? RunId,
    string Role,
    double SampleRate,
    long MemoryBytes);
